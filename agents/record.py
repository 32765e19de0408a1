"""The record: everything needed to replay and re-grade one interview."""

from typing import Any, Literal

from pydantic import Field

from agents.dialogue import Act, Command, Speaker, Transcript, Usage, Utterance
from agents.scorecard import Scorecard
from scenarios.model import Model
from scenarios.names import AreaId, PhaseId


class ScenarioStamp(Model):
    """Which scenario was sat, by content."""

    id: str
    sha256: str


class RoleStamp(Model):
    """How one role was implemented."""

    implementation: str
    model: str | None = None
    prompt_sha256: str | None = None


class GuardNote(Model):
    """The guard's verdict on one interviewer turn; `draft` keeps the text of a blocked turn."""

    verdict: Literal["passed", "replaced"]
    reasons: tuple[str, ...] = ()
    draft: str | None = None


class Turn(Model):
    """One turn with its private annotations; `public()` leaves what the candidate saw."""

    index: int = Field(ge=0)
    speaker: Speaker
    text: str
    phase: PhaseId
    at: float = Field(ge=0)
    acts: tuple[Act, ...] = ()
    area: AreaId | None = None
    probe_id: str | None = None
    released_fact_ids: tuple[str, ...] = ()
    guard: GuardNote | None = None
    assisted: tuple[AreaId, ...] = Field(
        default=(), description="Areas in which a hint had been given when this turn was spoken."
    )
    usage: Usage | None = None
    error: str | None = None
    command: Command | None = Field(
        default=None, description="The command given with this turn or, if it was given without words, answered by this turn."
    )

    def public(self) -> Utterance:
        """The turn as everyone may see it."""
        return Utterance.model_validate({name: getattr(self, name) for name in Utterance.model_fields})


class Note(Model):
    """One thing the grader jotted down while listening: a claim of turn `turn` that touches `criterion`."""

    turn: int
    criterion: str
    quote: str
    strength: float = Field(ge=0, le=1)


class Ended(Model):
    """Why the interview is over."""

    reason: Literal["finished", "time", "ended_by_candidate", "turn_limit", "failed", "unfinished"]
    detail: str | None = None


class Record(Model):
    """One interview as one JSON document."""

    schema_version: Literal[1] = 1
    session_id: str
    scenario: ScenarioStamp
    engine: dict[str, RoleStamp]
    settings: dict[str, Any]
    seed: int
    started_at: str
    turns: tuple[Turn, ...]
    notes: tuple[Note, ...] = ()
    scorecard: Scorecard | None = None
    self_assessment: dict[str, float] | None = None
    ended: Ended

    def transcript(self) -> Transcript:
        """The turns as everyone may see them."""
        return tuple(turn.public() for turn in self.turns)

    def public(self) -> dict[str, Any]:
        """The part that holds nothing hidden: what was said, when, and how it ended."""
        return {
            "session_id": self.session_id,
            "scenario": self.scenario.id,
            "seed": self.seed,
            "turns": [turn.model_dump(mode="json") for turn in self.transcript()],
            "ended": self.ended.reason,
        }
