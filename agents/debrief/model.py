"""The debrief as data: everything a person is told after the interview, in the order it is told."""

from typing import Literal

from pydantic import Field

from agents.scorecard import CalibrationStamp, Evidence, Interval, Status
from scenarios.model import Model
from scenarios.names import DimensionId, Level


class Share(Model):
    """Minutes spent on one phase or area, beside the plan where there is one."""

    name: str
    minutes: float
    planned: float | None = None


class CriterionLine(Model):
    """One criterion as the person reads it."""

    id: str
    title: str
    level: float | None
    level_name: str
    status: Status
    reason: str
    evidence: tuple[Evidence, ...]
    next_level: str | None
    patterns: tuple[str, ...] = ()


class DimensionLine(Model):
    """One dimension with its criteria."""

    id: DimensionId
    name: str
    level: float | None
    level_name: str
    interval: Interval | None
    criteria: tuple[CriterionLine, ...]
    self_level: float | None = None


class Verdict(Model):
    """The overall result at the target level and the levels beside it."""

    target_level: Level
    decision: str
    level: float | None
    level_name: str
    interval: Interval | None
    at_or_above: dict[Level, float] = Field(description="Probability of being at or above each level.")


class FactLine(Model):
    """A fact that was asked for, or one that mattered and was not."""

    text: str
    matters_for: tuple[str, ...] = ()


class Gap(Model):
    """The first gap to fix."""

    criterion: str
    now: str
    needed: str
    level: Level


class Help(Model):
    """Assistance that the person used."""

    hints: tuple[str, ...]
    probes: int
    follow_ups: int
    guard_replacements: int


class ReferencePart(Model):
    """One phase of the reference answer."""

    phase: str
    text: str


class AlternativeLine(Model):
    """A different design with equal credit."""

    instead_of: str
    accept: str
    because: str


class Debrief(Model):
    """The whole debrief; the reference comes last on purpose."""

    schema_version: Literal[1] = 1
    session_id: str
    title: str
    company: str
    ended: str
    minutes: float
    planned_minutes: float
    verdict: Verdict
    calibration: CalibrationStamp
    dimensions: tuple[DimensionLine, ...]
    first_gap: Gap | None
    time_by_phase: tuple[Share, ...]
    time_by_area: tuple[Share, ...]
    facts_asked: tuple[FactLine, ...]
    facts_missed: tuple[FactLine, ...]
    help: Help
    not_assessed: tuple[str, ...]
    ungraded: tuple[str, ...]
    reference: tuple[ReferencePart, ...]
    alternatives: tuple[AlternativeLine, ...]
    patterns: tuple[str, ...]
