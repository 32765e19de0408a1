"""The labelled notes: free text with the problems to leave out and the wishes that a person reads in it."""

from pathlib import Path

from pydantic import Field

from evals.jsonl import read_models
from scenarios.model import Model
from scenarios.names import Level

DATA = Path(__file__).parent / "data"
TEST = DATA / "test.jsonl"
FITTING = (DATA / "dev.jsonl", DATA / "authored.jsonl")


class Case(Model):
    """One person's notes and what they say."""

    id: str
    notes: str
    excluded: tuple[str, ...] = Field(description="Ids of the scenarios that the person doesn't want to meet again.")
    avoid_outlier: bool = Field(description="Whether problems that rely on outlier detection are unwanted.")
    areas: bool = Field(description="Whether the five assessed areas are named as such.")
    short_turns: bool
    level: Level | None = None


def load(path: Path = TEST) -> tuple[Case, ...]:
    """Read the cases, one JSON document a line; raises ValueError that names the malformed line."""
    return tuple(read_models(path, Case))
