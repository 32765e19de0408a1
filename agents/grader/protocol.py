"""What the grader sees and says: the whole interview in, notes and a scorecard out."""

from typing import Protocol

from pydantic import Field

from agents.dialogue import Transcript
from agents.record import Note, Turn
from agents.scorecard import Scorecard
from scenarios.model import Model


class Interview(Model):
    """The grader's compartment beyond rubric and reference: the turns with what was released and hinted."""

    turns: tuple[Turn, ...]
    minutes: float = Field(ge=0, description="Length on the interview clock.")


class Grader(Protocol):
    """Scores against the rubric with verbatim evidence and uncertainty."""

    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        """Notes on the last candidate turn of `transcript`, for the record."""
        ...

    async def grade(self, interview: Interview) -> Scorecard:
        """Score the interview; a failure gives `ungraded` criteria with the reason, never a score."""
        ...
