"""The simulated candidate's own fixed words, by occasion, read from speech.yaml."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field

from scenarios.model import Model
from scenarios.names import AreaId

Lines = tuple[str, ...]


class Speech(Model):
    """Words around the points: none of them says anything about a design."""

    blank: dict[AreaId, Lines] = Field(description="Nothing came to mind about this area.")
    next_part: Lines
    finished: Lines
    out_of_time: Lines
    short_of_time: Lines
    moving_on: Lines
    thanks: Lines = Field(description="After an answer to a question.")
    joins: Lines = Field(description="Between one point and the next.")
    padding: Lines = Field(description="What a verbose speaker adds.")
    wandering: Lines = Field(description="What a rambling speaker says before the point.")
    inject: Lines
    fish: Lines
    fish_after: Lines
    flatter: Lines
    contradict: Lines
    foreign: Lines
    syllables: Lines = Field(description="Gibberish is made of these.")


@cache
def load_speech() -> Speech:
    """The words that ship with the product."""
    text = (Path(__file__).parent / "speech.yaml").read_text(encoding="utf-8")
    return Speech.model_validate(yaml.safe_load(text))
