"""What the interviewer sees and says: its view of the interview in, one draft out."""

from typing import Literal, Protocol

from pydantic import Field

from agents.dialogue import Command, InterviewerAct, Transcript, Usage
from agents.router.protocol import Routing
from scenarios.model import Model
from scenarios.names import AreaId, PhaseId

Coverage = dict[AreaId, Literal["yes", "thin", "no"]]


class Clock(Model):
    """Where the interview is in time; all in seconds."""

    elapsed: float = 0.0
    phase: PhaseId
    phase_started: float = 0.0


class InterviewerView(Model):
    """The interviewer's compartment beyond the brief: what was said, the clock, coverage by area, and what it has used up."""

    transcript: Transcript
    routing: Routing
    clock: Clock
    coverage: Coverage
    used_probes: tuple[str, ...] = ()
    command: Command | None = None


class Draft(Model):
    """One interviewer turn before the guard; `fallback` is neutral and used if the guard blocks `text`."""

    text: str
    act: InterviewerAct
    fallback: str
    probe_id: str | None = None
    area: AreaId | None = None
    phase: PhaseId = Field(description="The phase that the interview is in after this turn.")
    closing: bool = False
    usage: Usage | None = None
    error: str | None = Field(default=None, description="What went wrong on the way to this draft, in one safe line.")
    regenerated: bool = Field(default=False, description="Whether its one second draft has been used up.")


class Interviewer(Protocol):
    """Short, one open question at a time, never a hint; keeps time."""

    def open(self) -> Draft:
        """The opening turn."""
        ...

    async def reply(self, view: InterviewerView) -> Draft:
        """The next turn: at most 40 words and one question."""
        ...
