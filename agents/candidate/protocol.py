"""What a simulated candidate sees and says: the opening and the transcript in, one turn out."""

from typing import Protocol

from pydantic import Field

from agents.dialogue import Command, Transcript, Usage
from scenarios.model import Model
from scenarios.names import PhaseId


class CandidateView(Model):
    """The candidate's compartment: what was said so far (the opening included) and the time that is left."""

    transcript: Transcript
    phase: PhaseId
    seconds_left: float


class CandidateTurn(Model):
    """One candidate turn; `seconds` is how long it took on the interview clock."""

    text: str
    seconds: float = Field(ge=0)
    command: Command | None = None
    usage: Usage | None = None


class Candidate(Protocol):
    """Speaks as a candidate of a given profile would."""

    async def speak(self, view: CandidateView) -> CandidateTurn:
        """The next turn."""
        ...
