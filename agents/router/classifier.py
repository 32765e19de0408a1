"""The fitted segment model: probabilities of what a segment is, from its words alone or from its words and its embedding."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.router import cues
from agents.router.answered import ANSWER_FEATURES
from agents.router.labels import Label, Numbers
from agents.router.setting import NOWHERE, Setting
from scenarios.model import Model

ARTEFACT = Path(__file__).parent / "model.json"


class Artefact(Model):
    """What `evals/routing/fit.py` writes; weights are rows by label, in the order of `labels`."""

    schema_version: Literal[1] = 1
    training_sha256: str
    training_n: int
    features_sha256: str = Field(description="`cues.digest()` at the time of fitting.")
    labels: tuple[Label, ...]
    features: tuple[str, ...] = Field(description="Names of cues, shapes and settings, then 'gram:' and the vocabulary.")
    words_only: tuple[tuple[float, ...], ...] = Field(description="Per label: intercept, then one weight a feature.")
    words: tuple[tuple[float, ...], ...] = Field(
        description="Per label: intercept, then one weight a feature, used beside `embedding`."
    )
    embedding: tuple[tuple[float, ...], ...] = Field(description="Per label: one weight for each embedding dimension.")
    self_answer_features: tuple[str, ...]
    self_answer: tuple[float, ...] = Field(description="Intercept, then one weight for each of `self_answer_features`.")


@dataclass(frozen=True)
class SegmentModel:
    """Multinomial logistic regressions over the features of `cues`, and over those with a sentence embedding."""

    labels: tuple[Label, ...]
    vocabulary: dict[str, int]
    words_only: Numbers
    words: Numbers
    embedding: Numbers
    self_answer: Numbers

    @classmethod
    def load(cls, path: Path = ARTEFACT) -> Self:
        """Read the artefact; raises ValueError if it was fitted on other features than this code computes."""
        return cls.of(Artefact.model_validate_json(path.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, artefact: Artefact) -> Self:
        """The model that an artefact describes."""
        known = cues.names()
        if artefact.features[: len(known)] != known or artefact.self_answer_features != ANSWER_FEATURES:
            raise ValueError("the router's model was fitted on other features than this code computes: run evals/routing/fit.py")
        vocabulary = {name.removeprefix("gram:"): index for index, name in enumerate(artefact.features[len(known) :])}
        return cls(
            artefact.labels,
            vocabulary,
            words_only=np.asarray(artefact.words_only, dtype=np.float64),
            words=np.asarray(artefact.words, dtype=np.float64),
            embedding=np.asarray(artefact.embedding, dtype=np.float64),
            self_answer=np.asarray(artefact.self_answer, dtype=np.float64),
        )

    @classmethod
    def untrained(cls, vocabulary: tuple[str, ...]) -> Self:
        """A model that computes features over `vocabulary` and has no weights yet."""
        none = np.zeros((0, 0))
        return cls((), {gram: index for index, gram in enumerate(vocabulary)}, none, none, none, none)

    def features(self, texts: Sequence[str], setting: Setting = NOWHERE) -> Numbers:
        """Interpretable features of segments of one turn, float64 (n, features)."""
        return np.stack([cues.vector(text, self.vocabulary, setting) for text in texts])

    def from_words(self, features: Numbers) -> Numbers:
        """Probabilities (n, labels) without the encoder."""
        return _softmax(self.words_only[:, 0] + features @ self.words_only[:, 1:].T)

    def from_both(self, features: Numbers, vectors: NDArray[np.float32]) -> Numbers:
        """Probabilities (n, labels) from words and embeddings (n, 384)."""
        return _softmax(self.words[:, 0] + features @ self.words[:, 1:].T + vectors @ self.embedding.T)

    def answers_itself(self, features: Numbers) -> float:
        """Probability that a question is rhetorical, from `answer_features`."""
        return float(1 / (1 + np.exp(-(self.self_answer[0] + features @ self.self_answer[1:]))))


def _softmax(scores: Numbers) -> Numbers:
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Numbers = exponents / exponents.sum(axis=1, keepdims=True)
    return shares
