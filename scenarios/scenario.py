"""A scenario: one interview problem, as its four compartments with their cross-references checked."""

import hashlib
import json
from typing import Self

from pydantic import model_validator

from scenarios.brief import Brief
from scenarios.facts import FactSheet
from scenarios.model import Model
from scenarios.reference import Reference
from scenarios.rubric import Rubric


class Scenario(Model):
    """Brief, fact sheet, rubric and reference; only the loader and the cast builder handle it whole."""

    brief: Brief
    facts: FactSheet
    rubric: Rubric
    reference: Reference

    @property
    def id(self) -> str:
        return self.brief.id

    @property
    def sha256(self) -> str:
        """Hash of the content, independent of file layout, comments and key order."""
        document = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(document.encode()).hexdigest()

    @model_validator(mode="after")
    def _cross_references(self) -> Self:
        """Each error begins with its field, as `loader.describe` expects of errors that pydantic can't place."""
        facts = {fact.id for fact in self.facts.facts}
        criteria = {criterion.id for criterion in self.rubric.criteria}
        areas = {area.id for area in self.brief.areas}
        phases = {phase.id for phase in self.brief.phases}
        for criterion in self.rubric.criteria:
            for fact in criterion.facts:
                if fact not in facts:
                    raise ValueError(
                        f"rubric.criteria.{criterion.id}.facts: '{fact}' is named, which the fact sheet does not hold"
                    )
        for ladder in self.reference.hints:
            if ladder.area not in areas:
                raise ValueError(f"reference.hints.{ladder.area}: this area is not among the brief's")
            for item in ladder.criteria:
                if item not in criteria:
                    raise ValueError(f"reference.hints.{ladder.area}.criteria: '{item}' is named, which the rubric does not hold")
        for concept in self.reference.concepts:
            if concept.area not in areas:
                raise ValueError(f"reference.concepts.{concept.id}.area: '{concept.area}' is not among the brief's areas")
        for part in self.reference.answer:
            if part.phase not in phases:
                raise ValueError(f"reference.answer.{part.phase}: this phase is not among the brief's")
        return self
