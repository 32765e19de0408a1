"""The fitted selector, read from JSON: a logistic regression over (question, fact) pairs, boosted trees over whole questions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field

from agents.facts.features import PAIR, TURN, Asked, Numbers, pair_features, turn_features
from agents.facts.forest import Boosted, Forest
from scenarios.model import Model

ARTEFACT = Path(__file__).parent / "model.json"


class Weights(Model):
    """A logistic regression over named features, as given (not standardised)."""

    features: tuple[str, ...]
    intercept: float
    weights: tuple[float, ...]


class Artefact(Model):
    """What `evals/facts/fit.py` writes."""

    schema_version: Literal[2] = 2
    training_sha256: str = Field(description="Over every training text and its label, in order.")
    training_questions: int
    scenarios: tuple[str, ...] = Field(description="What it was fitted on; nothing of these may be used to measure it.")
    pair: Weights
    answerable: Boosted
    right: Boosted


class Judgement(Model):
    """Probabilities for one question: that the sheet answers it, that the likeliest fact does, and each fact, in sheet order."""

    answerable: float
    right: float
    facts: tuple[float, ...]


@dataclass(frozen=True)
class SelectorModel:
    """Numpy inference of an artefact."""

    pair: Numbers
    answerable: Forest
    right: Forest

    @classmethod
    def load(cls, path: Path = ARTEFACT) -> Self:
        """Read the artefact; raises ValueError if it was fitted on other features than this code computes."""
        return cls.of(Artefact.model_validate_json(path.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, artefact: Artefact) -> Self:
        """The model that an artefact describes."""
        if artefact.pair.features != PAIR or {artefact.answerable.features, artefact.right.features} != {TURN}:
            raise ValueError(
                "the facts agent's model was fitted on other features than this code computes: run python -m evals.facts.fit"
            )
        pair = np.array([artefact.pair.intercept, *artefact.pair.weights])
        return cls(pair, Forest.of(artefact.answerable), Forest.of(artefact.right))

    def judge(self, held: Asked) -> Judgement:
        """How likely each fact, and any, is what the question asks for."""
        facts = sigmoid(self.pair[0] + pair_features(held) @ self.pair[1:])
        turn = turn_features(held, facts)
        answerable, right = (float(sigmoid(np.float64(head.log_odds(turn)))) for head in (self.answerable, self.right))
        return Judgement(answerable=answerable, right=right, facts=tuple(map(float, facts)))


def sigmoid(scores: Numbers | np.float64) -> Numbers:
    """The logistic function, safe for any score."""
    result: Numbers = 1 / (1 + np.exp(-np.clip(scores, -40, 40)))
    return result
