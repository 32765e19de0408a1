"""How one interview is to be run: every setting that changes what happens, and nothing else; it goes into the record."""

from typing import Literal

from pydantic import Field

from scenarios.model import Model
from scenarios.names import AreaId, Level

Engine = Literal["embedded", "llm"]
Role = Literal["router", "facts", "interviewer", "guard", "grader", "candidate"]


class Settings(Model):
    """Settings of one interview."""

    engine: Engine = "embedded"
    minutes: float = Field(default=45, gt=0, le=180)
    target_level: Level = "IC6"
    simulated_clock: bool = Field(default=False, description="Time from speaking speed instead of a person's clock.")
    areas: tuple[AreaId, ...] = Field(default=(), description="Areas that the person is assessed on; empty means all.")
    short_turns: bool = Field(default=False, description="The interviewer leaves out reactions and prefers short follow-ups.")
    max_turns: int = Field(default=400, ge=4, description="Turns after which the interview is stopped, whatever the clock says.")
