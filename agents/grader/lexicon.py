"""Loads the expressions of lexicon.yaml, compiled."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Pattern = re.Pattern[str]


@cache
def cue_patterns() -> dict[str, Pattern]:
    """One expression for each mark of depth."""
    return {name: _any(items) for name, items in _document()["cues"].items()}


@cache
def pattern(name: str) -> Pattern:
    """The expression of a section: derived, dismissal, retraction, injection, self_praise, flattery or authority."""
    return _any(_document()[name])


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("lexicon.yaml").read_text(encoding="utf-8"))
    return document


def _any(items: list[str]) -> Pattern:
    return re.compile("|".join(items), re.IGNORECASE)
