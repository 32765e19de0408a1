"""The guard's fitted figures, read from model.json; evals/leakage/fit.py writes them."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.guard.hidden import HiddenKind
from agents.guard.vocabulary import Vocabulary
from scenarios.model import Model

FILE = Path(__file__).parent / "model.json"
LeakKind = Literal["fact", "approach", "none"]
Floats = NDArray[np.float64]

GRAMS = 3
_WORD = re.compile(r"[a-z']+|[?.,;:!—–]|\d+")


class Linear(Model):
    """A weighted sum of named figures."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    def score(self, table: Floats) -> Floats:
        """Log odds for each row of a table whose columns are `features`."""
        odds: Floats = table @ np.array(self.weights) + self.bias
        return odds


class Direction(Model):
    """A direction among sentence vectors."""

    weights: tuple[float, ...]
    bias: float

    def score(self, vector: NDArray[np.floating]) -> float:
        """How far a sentence lies along it, as log odds."""
        return float(vector.astype(float) @ np.array(self.weights)) + self.bias


class Style(Model):
    """How a sentence is put, whatever it is about: runs of function words, with a blank for each word of the subject."""

    function_words: tuple[str, ...]
    weights: dict[str, float]
    bias: float

    def score(self, text: str) -> float:
        """Log odds that a sentence put in this way leads."""
        known = sorted(gram for gram in grams(text, frozenset(self.function_words)) if gram in self.weights)
        return self.bias + sum(self.weights[gram] for gram in known) / math.sqrt(max(1, len(known)))


class Softmax(Model):
    """Multinomial logistic regression over a turn's figures."""

    features: tuple[str, ...]
    weights: dict[LeakKind, tuple[float, ...]]
    bias: dict[LeakKind, float]

    def probabilities(self, figures: Mapping[str, float], kinds: Iterable[HiddenKind]) -> dict[HiddenKind, float]:
        """The chance of each of `kinds`, those of which something is hidden; a figure that is missing is an error."""
        row = np.array([figures[name] for name in self.features])
        open_: list[LeakKind] = ["none", *kinds]
        logits = np.array([row @ np.array(self.weights[kind]) + self.bias[kind] for kind in open_])
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        return {kind: float(share) for kind, share in zip(open_, shares, strict=True) if kind != "none"}


class Artefact(Model):
    """Everything that was learnt, and from how much."""

    training_sha256: str
    training_n: dict[str, int]
    plain_words: dict[str, int] = Field(description="How many neutral interviewer questions hold each stem.")
    style: Style
    leading: dict[HiddenKind, Direction]
    about: dict[HiddenKind, Linear] = Field(description="Log odds that a draft gives one secret away, from its row.")
    topic: Linear = Field(description="Log odds that a draft is about a concept, from its row, whoever brought it up.")
    brought_up: Linear = Field(description="Log odds that the candidate has brought a concept up in any words, from its row.")
    turn: Softmax
    threshold: float = Field(gt=0, lt=1, description="Probability from which a draft is blocked.")

    @property
    def vocabulary(self) -> Vocabulary:
        """The weights of words."""
        return Vocabulary(self.plain_words)


def grams(text: str, function_words: frozenset[str]) -> frozenset[str]:
    """Runs of up to three tokens of the outline of a text: function words and marks as they are, all else as "_"."""
    outline = ["^"]
    for token in _WORD.findall(text.lower().replace("’", "'")):
        shown = _shown(token, function_words)
        if shown != "_" or outline[-1] != "_":
            outline.append(shown)
    outline.append("$")
    return frozenset(" ".join(run) for size in range(1, GRAMS + 1) for run in _runs(outline, size))


def _shown(token: str, function_words: frozenset[str]) -> str:
    if token.isdigit():
        return "#"
    return token if token in function_words or not token[0].isalpha() else "_"


def _runs(tokens: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (tokens[start : start + size] for start in range(len(tokens) - size + 1))


@cache
def packaged_artefact() -> Artefact:
    """The artefact that ships with the product."""
    return Artefact.model_validate_json(FILE.read_bytes())
