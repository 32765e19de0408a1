"""The reference: model answer, hidden concepts and hint ladders, known to guard, grader and debrief, never to the interviewer."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.model import Model
from scenarios.names import AreaId, Id, Line, PhaseId, Prose


class ReferenceAnswer(Model):
    """What a strong answer holds in one phase, in Markdown, with trade-offs argued and numbers worked."""

    phase: PhaseId
    text: Prose


class Concept(Model):
    """A part of the solution that the interviewer must neither name nor imply before the candidate raises it."""

    id: Id
    name: Line
    area: AreaId
    wordings: tuple[Line, ...] = Field(min_length=1, description="Words and phrases that name it outright.")
    implied_by: tuple[Line, ...] = Field(default=(), description="Things an interviewer might say that would give it away.")


class HintLadder(Model):
    """Three rungs for one area, from general to explicit; credit on `criteria` is assisted once a rung was given."""

    area: AreaId
    rungs: tuple[Line, ...] = Field(min_length=1, max_length=5)
    criteria: tuple[Id, ...] = Field(min_length=1)


class Alternative(Model):
    """A different design that deserves equal credit, and when."""

    instead_of: Line
    accept: Line
    because: Line


class Reference(Model):
    """The model answer and everything that would give it away."""

    schema_version: Literal[1]
    answer: tuple[ReferenceAnswer, ...] = Field(min_length=1)
    concepts: tuple[Concept, ...] = Field(min_length=1, max_length=100)
    hints: tuple[HintLadder, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    patterns: tuple[Id, ...] = Field(default=(), description="Pattern cards under scenarios/patterns/ that this answer draws on.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        groups: dict[str, list[str]] = {
            "concepts": [concept.id for concept in self.concepts],
            "hints": [ladder.area for ladder in self.hints],
            "answer": [part.phase for part in self.answer],
        }
        for field, ids in groups.items():
            twice = sorted({item for item in ids if ids.count(item) > 1})
            if twice:
                raise ValueError(f"{field} holds {twice[0]!r} twice: keep one")
        return self
