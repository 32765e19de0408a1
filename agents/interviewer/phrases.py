"""The embedded interviewer's fixed words, read from phrases.yaml."""

from functools import cache
from pathlib import Path
from string import Template

import yaml
from pydantic import Field

from scenarios.model import Model

Lines = tuple[str, ...]


class Phrases(Model):
    """Every fixed line, by occasion; `${...}` places are filled strictly."""

    reactions: Lines
    follow_ups: Lines
    declines: Lines
    thinking: Lines
    silence: Lines
    unclear: Lines
    echo: Lines
    process: Lines
    greeting: Lines
    time: str
    repeat: str
    clarify: Lines
    early_finish: str
    closing: str
    closing_early: str
    neutral: Lines = Field(min_length=3)
    keep_going: Lines


@cache
def load_phrases() -> Phrases:
    """The phrases that ship with the product."""
    text = (Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8")
    return Phrases.model_validate(yaml.safe_load(text))


def fill(line: str, **values: str) -> str:
    """Fill the places of `line`; a missing name is an error."""
    return Template(line).substitute(values)
