"""Who a simulated candidate is: skill by area and habits, as data in profiles.yaml."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, field_validator

from scenarios.model import Model
from scenarios.names import AREAS, AreaId, Id, Level, Line

FILE = Path(__file__).parent / "profiles.yaml"

Delivery = Literal["plain", "terse", "verbose", "rambling"]
Whim = Literal["silent", "gibberish", "copy", "foreign", "inject", "fish", "hint_command"]
"""A turn that holds nothing of the design."""
Flourish = Literal["flatter", "contradict", "fish_after"]
"""Something put before or after what is said."""


class Profile(Model):
    """One kind of candidate; every share is a probability for each turn."""

    id: Id
    description: Line
    skill: dict[AreaId, Level]
    delivery: Delivery = "plain"
    points_per_turn: int = Field(default=2, ge=1, le=6)
    asks: dict[Literal["clarify", "design", "deep_dive", "evaluate"], float] = Field(
        default={"clarify": 0.75, "design": 0.25, "deep_dive": 0.1, "evaluate": 0.1},
        description="Share of turns in each phase that hold a question.",
    )
    mixes: float = Field(default=0.3, ge=0, le=1, description="Share of those turns that state something as well.")
    words_per_second: float = Field(default=2.5, gt=0, le=10)
    pause_seconds: float = Field(default=60, ge=0, le=600, description="Thinking and drawing in an average turn.")
    patience: int = Field(default=4, ge=1, le=50, description="Turns in a row without an idea before moving on, or giving up.")
    jumps_to: AreaId | None = Field(default=None, description="The area that is on this candidate's mind from the start.")
    forgets: tuple[AreaId, ...] = Field(default=(), description="Areas that do not come to mind unless asked about.")
    whims: dict[Whim, float] = Field(default={})
    flourishes: dict[Flourish, float] = Field(default={})

    @field_validator("skill", mode="before")
    @classmethod
    def _uniform(cls, value: object) -> object:
        """`skill: IC6` is short for IC6 in every area."""
        return dict.fromkeys(AREAS, value) if isinstance(value, str) else value

    @field_validator("skill")
    @classmethod
    def _every_area(cls, value: dict[AreaId, Level]) -> dict[AreaId, Level]:
        missing = [area for area in AREAS if area not in value]
        if missing:
            raise ValueError(f"skill lacks {missing[0]}: give every area a level")
        return value

    @field_validator("whims")
    @classmethod
    def _at_most_one(cls, value: dict[Whim, float]) -> dict[Whim, float]:
        if sum(value.values()) > 1:
            raise ValueError("whims add up to more than 1: one turn has at most one")
        return value


@cache
def load_profiles(path: Path = FILE) -> dict[str, Profile]:
    """All profiles by id, in file order; raises ValueError on a broken file."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    profiles = [Profile.model_validate({"id": name} | fields) for name, fields in document.items()]
    return {profile.id: profile for profile in profiles}


def find_profile(name: str) -> Profile:
    """The profile of this name; raises ValueError naming what there is."""
    profiles = load_profiles()
    if name not in profiles:
        raise ValueError(f"unknown profile '{name}': one of {', '.join(profiles)}")
    return profiles[name]
