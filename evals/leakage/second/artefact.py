"""The second scorer's fitted figures, read from model.json beside it, which fit.py writes."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.encoder import Vectors
from agents.guard.vocabulary import Vocabulary
from scenarios.model import Model

FILE = Path(__file__).parent / "model.json"


class Head(Model):
    """A logistic regression on named figures."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    def probability(self, figures: dict[str, float]) -> float:
        """Between 0 and 1; a figure that is missing is an error."""
        total = self.bias + sum(weight * figures[name] for name, weight in zip(self.features, self.weights, strict=True))
        return float(1.0 / (1.0 + np.exp(-np.clip(total, -40.0, 40.0))))


class Operating(Model):
    """How the cut does on labelled turns that nothing here was fitted on."""

    on: str
    n: int
    recall: float
    false_alarms: float


class Artefact(Model):
    """Everything that was learnt, and from how much."""

    training_sha256: str
    training_n: dict[str, int]
    plain_words: dict[str, int] = Field(description="How many neutral interviewer questions hold each stem.")
    neutral_direction: tuple[float, ...] = Field(description="Weight of each component of a sentence vector; positive leads.")
    neutral_bias: float
    fact: Head
    approach: Head
    threshold: float = Field(gt=0, lt=1, description="Probability from which a turn counts as a leak.")
    operating: Operating | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """The weights of words."""
        return Vocabulary(self.plain_words)

    def leading(self, vectors: Vectors) -> NDArray[np.float64]:
        """How much each sentence sounds like a leading question rather than a neutral one, as log odds, shape (n,)."""
        odds: NDArray[np.float64] = vectors.astype(float) @ np.array(self.neutral_direction) + self.neutral_bias
        return odds


@cache
def packaged_artefact() -> Artefact:
    """The artefact that ships with the eval."""
    return Artefact.model_validate_json(FILE.read_bytes())
