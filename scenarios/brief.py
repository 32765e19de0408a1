"""The brief: everything about a scenario that the interviewer may know, and all that the candidate may see before starting."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.model import Model
from scenarios.names import AreaId, Id, Level, Line, PhaseId, Prose


class Phase(Model):
    """One time-boxed part of the interview; `minutes` of the phases add up to the brief's `minutes`."""

    id: PhaseId
    name: Line
    minutes: float = Field(gt=0, le=180)
    areas: tuple[AreaId, ...] = Field(min_length=1, description="The areas this phase is meant for, most important first.")
    entry: Line = Field(
        description="What the interviewer says on entering the phase: neutral, one open question, at most 40 words."
    )


class Area(Model):
    """One part of the recruiter's structure, described in public words; coverage is computed from this text alone."""

    id: AreaId
    name: Line
    description: Line = Field(description="What talk about this area sounds like, in general words that fit any solution.")


class Probe(Model):
    """A neutral question that the interviewer may ask; it must not imply what a good answer holds."""

    id: Id
    phase: PhaseId
    area: AreaId
    kind: Literal["open", "deepen"] = Field(description="`open` starts the area; `deepen` asks for more on what was said.")
    text: Line


class Brief(Model):
    """What the interviewer may know; `opening`, `title` and `company` are shown to the candidate."""

    schema_version: Literal[1]
    id: Id
    title: Line
    company: Line
    product: Line
    problem_type: Line = Field(description="Kind of problem, for choosing: classification, ranking, regression, matching, ...")
    summary: Line = Field(description="One public line for lists; it must not imply a modelling approach.")
    aliases: tuple[Line, ...] = Field(
        min_length=3, description="Other wordings of the problem, to recognise it when a person has already worked it."
    )
    opening: Prose = Field(
        description="The interviewer's opening statement: the problem, at most 90 words, ending in an invitation to start."
    )
    target_level: Level
    minutes: float = Field(gt=0, le=180)
    phases: tuple[Phase, ...] = Field(min_length=1)
    areas: tuple[Area, ...] = Field(min_length=1)
    probes: tuple[Probe, ...] = Field(min_length=1)
    tags: tuple[Id, ...] = ()
    techniques: tuple[Id, ...] = Field(description="Techniques a solution relies on, for `--avoid` (hidden from the candidate).")
    sources: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        phases = [phase.id for phase in self.phases]
        areas = [area.id for area in self.areas]
        _unique("phases", phases)
        _unique("areas", areas)
        _unique("probes", [probe.id for probe in self.probes])
        total = sum(phase.minutes for phase in self.phases)
        if abs(total - self.minutes) > 1e-6:
            raise ValueError(f"phases add up to {total:g} minutes, but minutes is {self.minutes:g}: make them equal")
        for phase in self.phases:
            for area in phase.areas:
                if area not in areas:
                    raise ValueError(f"phase '{phase.id}' names area '{area}', which areas does not describe: add it to areas")
        for probe in self.probes:
            if probe.phase not in phases or probe.area not in areas:
                raise ValueError(f"probe '{probe.id}' names phase '{probe.phase}' / area '{probe.area}', not both of which exist")
        return self


def _unique(field: str, ids: Sequence[str]) -> None:
    twice = sorted({item for item in ids if ids.count(item) > 1})
    if twice:
        raise ValueError(f"{field} holds the id {twice[0]!r} twice: make ids unique")
