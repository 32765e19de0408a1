"""The fact sheet: what is true of the simulated system, known to the facts agent (and the guard) alone."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.arithmetic import names_in
from scenarios.model import Model
from scenarios.names import Id, Line


class Quantity(Model):
    """A number that a fact states, named so that facts can be checked against each other."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)
    value: float
    unit: Line = Field(description="For example 'listing/day', 'ms', 'dimensionless'; counted things are units too.")
    shown: Line = Field(description="How the fact's text writes it, verbatim, for example '12 million'.")


class Fact(Model):
    """One atomic, self-contained sentence, and differently worded questions that ask for it."""

    id: Id
    topic: Line
    text: Line
    questions: tuple[Line, ...] = ()
    quantities: tuple[Quantity, ...] = ()

    @model_validator(mode="after")
    def _shown_in_text(self) -> Self:
        for quantity in self.quantities:
            if quantity.shown not in self.text:
                raise ValueError(
                    f"fact '{self.id}': quantity '{quantity.name}' shows {quantity.shown!r}, which the text does not contain"
                )
        return self


class UnknownTopic(Model):
    """Something a candidate may well ask that the sheet does not say; the honest answer is 'not specified'."""

    id: Id
    topic: Line
    questions: tuple[Line, ...] = Field(min_length=1)


class Check(Model):
    """An equation between quantities that must hold within a relative `tolerance`, units included."""

    left: Line
    right: Line
    tolerance: float = Field(default=0.05, ge=0, le=1)


class FactSheet(Model):
    """All facts of one scenario, its known unknowns and the arithmetic that ties its numbers together."""

    schema_version: Literal[1]
    facts: tuple[Fact, ...] = Field(min_length=1, max_length=500)
    unknown: tuple[UnknownTopic, ...] = ()
    checks: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [fact.id for fact in self.facts] + [topic.id for topic in self.unknown]
        twice = sorted({item for item in ids if ids.count(item) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]!r} is used twice among facts and unknown: make ids unique")
        names = [quantity.name for fact in self.facts for quantity in fact.quantities]
        again = sorted({name for name in names if names.count(name) > 1})
        if again:
            raise ValueError(f"quantity {again[0]!r} is defined twice: name it once and refer to it in checks")
        for check in self.checks:
            for name in names_in(check.left) | names_in(check.right):
                if name not in names:
                    raise ValueError(f"check '{check.left} = {check.right}' uses {name!r}, which no fact defines as a quantity")
        return self

    @property
    def topics(self) -> tuple[str, ...]:
        """The distinct topics, facts first, in sheet order; the router may know these, never the texts."""
        return tuple(dict.fromkeys([fact.topic for fact in self.facts] + [topic.topic for topic in self.unknown]))
