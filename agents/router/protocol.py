"""What the router hears and says: the acts in a candidate's turn and the questions in it, made standalone."""

from typing import Protocol

from pydantic import Field

from agents.dialogue import CandidateAct, MetaKind, Transcript
from scenarios.model import Model


class Heard(Model):
    """The router's compartment: the candidate's turn, the last few turns, and the sheet's topics (never its text)."""

    text: str
    previous: Transcript = Field(default=(), description="The last turns before this one, oldest first.")


class Routing(Model):
    """What a candidate turn is; several acts may hold at once."""

    acts: tuple[CandidateAct, ...]
    questions: tuple[str, ...] = Field(
        default=(), description="Questions about the system, split and standalone, in the order asked."
    )
    statement: str = Field(default="", description="The design statements in the turn, verbatim; empty if none.")
    meta: MetaKind | None = None
    part_ended: bool = Field(
        default=False, description="With `finished`: only a part was (that's it for the data); the interview goes on."
    )


class Router(Protocol):
    """Says what a candidate turn is; deterministic and fast, no model call."""

    def route(self, heard: Heard) -> Routing:
        """Route one turn; never raises on any text."""
        ...
