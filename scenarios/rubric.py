"""The rubric: dimensions, criteria and level anchors, known to the grader alone."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.model import Model
from scenarios.names import AREAS, AreaId, DimensionId, Id, Line


class Anchors(Model):
    """What a candidate says at each level, told apart by content that stands in a transcript, not by adjectives."""

    below: Line
    ic5: Line
    ic6: Line
    ic7: Line


class Dimension(Model):
    """One column of the scorecard; weights are relative."""

    id: DimensionId
    name: Line
    weight: float = Field(gt=0)


class Criterion(Model):
    """One thing the grader looks for, with anchors and examples of what counts."""

    id: Id
    dimension: DimensionId
    title: Line
    weight: float = Field(default=1.0, gt=0)
    anchors: Anchors
    evidence: tuple[Line, ...] = Field(
        min_length=1, description="Sentences as a candidate might say them, from the weakest to the strongest."
    )
    facts: tuple[Id, ...] = Field(default=(), description="Facts that a strong candidate asks for on the way.")
    alternatives: tuple[Line, ...] = Field(
        default=(), description="Other legitimate ways to meet the criterion, with equal credit."
    )

    @property
    def room(self) -> tuple[AreaId, ...]:
        """Areas in which this criterion can be shown; communication and leadership can be shown in all."""
        own = tuple(area for area in AREAS if area == self.dimension)
        return own or AREAS


class Rubric(Model):
    """Everything the interview is graded on."""

    schema_version: Literal[1]
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        dimensions = [dimension.id for dimension in self.dimensions]
        ids = [criterion.id for criterion in self.criteria]
        twice = sorted(
            {item for item in ids if ids.count(item) > 1} | {item for item in dimensions if dimensions.count(item) > 1}
        )
        if twice:
            raise ValueError(f"the id {twice[0]!r} is used twice: make ids unique")
        for criterion in self.criteria:
            if criterion.dimension not in dimensions:
                raise ValueError(
                    f"criterion '{criterion.id}' names dimension '{criterion.dimension}', which dimensions does not list"
                )
        return self
