"""The grader's result: per criterion, per dimension and overall, with evidence and uncertainty."""

from typing import Literal

from pydantic import Field

from agents.dialogue import Usage
from scenarios.model import Model
from scenarios.names import DimensionId, Level

Status = Literal["scored", "not_assessed", "ungraded"]
Stamp = Literal["calibrated", "provisional", "uncalibrated"]
Probabilities = tuple[float, float, float, float, float]
Interval = tuple[float, float]

LEVEL_NAMES: tuple[str, ...] = ("not shown", "below bar", "IC5", "IC6", "IC7")
LEVEL_OF: dict[Level, int] = {"IC4": 1, "IC5": 2, "IC6": 3, "IC7": 4}


class Evidence(Model):
    """A verbatim piece of the candidate's turn `turn` that earned credit."""

    turn: int = Field(ge=0)
    quote: str
    assisted: bool = False


class CriterionScore(Model):
    """Level 0 to 4 with its distribution; `level` is None unless `status` is scored."""

    id: str
    dimension: DimensionId
    level: float | None = Field(default=None, ge=0, le=4)
    status: Status
    reason: str
    probabilities: Probabilities | None = None
    evidence: tuple[Evidence, ...] = ()
    next_level: str | None = Field(default=None, description="What would have made it one level higher.")


class DimensionScore(Model):
    """Weighted level of the scored criteria of one dimension, None when none was scored."""

    id: DimensionId
    level: float | None = Field(default=None, ge=0, le=4)
    interval: Interval | None = None


class OverallScore(Model):
    """Weighted level over dimensions and the verdict at the target level."""

    level: float | None = Field(default=None, ge=0, le=4)
    probabilities: Probabilities | None = None
    interval: Interval | None = None
    decision_at_target: Literal["at or above", "borderline", "below", "not assessed"]


class CalibrationStamp(Model):
    """Which calibration the scores went through."""

    id: str | None = None
    status: Stamp = "uncalibrated"
    n: int = 0
    scope: str = ""


class Scorecard(Model):
    """Everything the grader says about one interview."""

    schema_version: Literal[1] = 1
    target_level: Level
    criteria: tuple[CriterionScore, ...]
    dimensions: tuple[DimensionScore, ...]
    overall: OverallScore
    calibration: CalibrationStamp = CalibrationStamp()
    grader: str = Field(description="Implementation and version that scored, for example 'embedded/1'.")
    usage: Usage | None = Field(default=None, description="What the grading cost in model calls; None if it took none.")
