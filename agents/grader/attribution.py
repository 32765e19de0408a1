"""Says whom each claim is about: a fitted choice among the rubric's criteria, or none of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from agents.grader.heard import Heard
from agents.grader.index import Array, RubricIndex
from scenarios.model import Model

OWN = ("best", "top3", "mean", "below", "words")
AROUND = ("best", "top3", "mean", "words")
PAIR_NAMES: tuple[str, ...] = (*OWN, *(f"alike_{name}" for name in AROUND))
ALIKE, UNLIKE, LEXICAL_PRIOR = 0.1, 0.45, 5.0
_CARRIED = [OWN.index(name) for name in AROUND]


class Attribution(Model):
    """A conditional logit over criteria and 'none': weights of PAIR_NAMES, and of their maxima for 'none'."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    none_bias: float
    none_weights: tuple[float, ...]

    def shares(self, pairs: NDArray[np.float32]) -> Array:
        """Probability (claims, criteria) that the claim is about the criterion; what is missing to 1 is about none."""
        if not pairs.size:
            return np.zeros(pairs.shape[:2])
        standard = (pairs - np.array(self.mean)) / np.array(self.scale)
        none = self.none_bias + standard.max(axis=1) @ np.array(self.none_weights)
        logits = np.column_stack([standard @ np.array(self.weights), none])
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray((raised / raised.sum(axis=1, keepdims=True))[:, :-1], float)


class Matched(NamedTuple):
    """Arrays (claims, criteria): the share of each claim that is about the criterion, and that share times its worth."""

    shares: Array
    weights: Array


def pair_features(heard: Heard, index: RubricIndex) -> NDArray[np.float32]:
    """PAIR_NAMES for each claim and criterion (n, criteria, len(PAIR_NAMES)).

    A claim is heard with the claims of its turn that are alike, whatever their order, since speech refers back; a turn often
    goes from one criterion to the next, so that standing side by side says nothing.
    """
    own = _own(heard, index)
    if not own.size:
        return np.zeros((*own.shape[:2], len(PAIR_NAMES)), np.float32)
    return np.concatenate([own, _carried(_alike(heard), own[:, :, _CARRIED])], axis=2).astype(np.float32)


def _own(heard: Heard, index: RubricIndex) -> Array:
    columns = []
    words = _words(heard, index)
    for number, item in enumerate(index.criteria):
        similar = np.sort(heard.vectors @ item.positive.T, axis=1)
        below = heard.vectors @ item.anchors[1]
        columns.append(np.stack([similar[:, -1], similar[:, -3:].mean(axis=1), similar.mean(axis=1), below, words[:, number]], 1))
    return np.stack(columns, axis=1).astype(float) if columns else np.zeros((len(heard.claims), 0, len(OWN)))


def _words(heard: Heard, index: RubricIndex) -> Array:
    """Weighted share of each claim's terms that a criterion uses, drawn to 0 for short claims."""
    column = {word: number for number, word in enumerate(index.weights)}
    rarity = np.array(list(index.weights.values()))
    used = np.zeros((len(column), len(index.criteria)))
    for number, item in enumerate(index.criteria):
        for word in frozenset().union(*item.terms.values()):
            if word in column:
                used[column[word], number] = rarity[column[word]]
    said = np.zeros((len(heard.claims), len(column)))
    for row, words in enumerate(heard.terms):
        said[row, [column[word] for word in words if word in column]] = 1.0
    total = np.array([index.rarity(words) for words in heard.terms])
    return np.asarray(said @ used / (total + LEXICAL_PRIOR)[:, None])


def _alike(heard: Heard) -> Array:
    """Weights (n, n) of the other claims of a turn as context, by likeness: near 0 below a cosine of UNLIKE, in all at most 1."""
    turns = np.array([claim.turn for claim in heard.claims])
    other = (turns[:, None] == turns[None, :]) * heard.worth[None, :] * (1.0 - np.eye(len(turns)))
    near = np.exp(((heard.vectors @ heard.vectors.T).astype(float) - UNLIKE) / ALIKE) * other
    return np.asarray(near / (1.0 + near.sum(axis=1, keepdims=True)))


def _carried(shares: Array, values: Array) -> Array:
    rows, criteria, width = values.shape
    return np.asarray((shares @ values.reshape(rows, criteria * width)).reshape(values.shape))
