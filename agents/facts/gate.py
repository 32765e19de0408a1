"""Chooses among answer, "not specified" and "please be more specific" by expected cost."""

from typing import Literal, NamedTuple

import numpy as np
from pydantic import Field

from agents.facts.model import Judgement
from scenarios.model import Model

MAX_FACTS = 3


class FactsSettings(Model):
    """What each mistake costs, relative to one another; a cost of 1 is that of refusing what the sheet holds."""

    wrong_fact: float = Field(default=1.56, gt=0, description="Stating a fact that was not asked for.")
    false_refusal: float = Field(default=1.0, gt=0, description="Saying 'not specified' of something that the sheet holds.")
    clarify: float = Field(default=0.44, ge=0, description="Asking the candidate to be more specific.")
    missed_fact: float = Field(default=0.42, gt=0, description="Leaving out the second or third fact that one question asks for.")


class Decision(NamedTuple):
    """An outcome, and the rows of the facts that it releases, most likely first."""

    outcome: Literal["answered", "not_specified", "be_specific"]
    rows: tuple[int, ...]
    confidence: float


def decide(judgement: Judgement, settings: FactsSettings) -> Decision:
    """The cheapest outcome; equal costs are settled in favour of saying less."""
    right = min(judgement.right, judgement.answerable)
    costs = {
        "not_specified": judgement.answerable * settings.false_refusal,
        "be_specific": settings.clarify,
        "answered": (1 - right) * settings.wrong_fact,
    }
    cheapest = min(costs, key=lambda outcome: costs[outcome])
    if cheapest == "not_specified":
        return Decision("not_specified", (), 1 - judgement.answerable)
    if cheapest == "be_specific":
        return Decision("be_specific", (), 1 - right)
    return Decision("answered", _asked_for(judgement, settings), right)


def _asked_for(judgement: Judgement, settings: FactsSettings) -> tuple[int, ...]:
    """The likeliest fact, and others only where leaving them out would cost more than stating them."""
    order = np.argsort(-np.array(judgement.facts), kind="stable")
    enough = settings.wrong_fact / (settings.wrong_fact + settings.missed_fact)
    others = [int(row) for row in order[1:MAX_FACTS] if judgement.facts[row] > enough]
    return (int(order[0]), *others)
