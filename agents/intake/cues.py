"""Holds the words and patterns of cues.yaml."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def cues() -> dict[str, Any]:
    """The recognition patterns of cues.yaml."""
    document: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cues.yaml").read_text(encoding="utf-8"))
    return document
