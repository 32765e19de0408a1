"""Says how far each claim is about each criterion."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.grader.claims import Claim
from agents.grader.heard import Heard
from agents.grader.index import Array, RubricIndex

ABOUT, NEAR_BEST = 0.34, 0.07
CONTEXT = 0.5
_SOFT, _SOFT_BEST = 0.03, 0.02
_SHARING = 0.02


class Matched(NamedTuple):
    """Arrays (claims, criteria): similarity, weight from 0 to 1, share of the claim, and lead over the next best criterion."""

    relevant: Array
    weights: Array
    owned: Array
    lead: Array


def match(heard: Heard, index: RubricIndex) -> Matched:
    """Everything about who speaks about what."""
    relevant = relevance(heard, index)
    weights = attribution(relevant, heard.worth)
    return Matched(relevant, weights, _owned(relevant, weights), _lead(_passage(relevant, heard.claims)))


def relevance(heard: Heard, index: RubricIndex) -> Array:
    """Similarity (claims, criteria): mean of the two nearest texts of a criterion, helped by what stands beside it."""
    columns = []
    for item in index.criteria:
        similar = np.sort(heard.vectors @ item.positive.T, axis=1)
        columns.append(similar[:, -2:].mean(axis=1))
    alone = np.stack(columns, axis=1).astype(float) if columns else np.zeros((len(heard.claims), 0))
    return np.asarray(np.maximum(alone, (1 - CONTEXT) * alone + CONTEXT * _neighbours(alone, heard.claims)))


def attribution(relevant: Array, worth: Array) -> Array:
    """Weight (claims, criteria) from 0 to 1: similar enough, among the best criteria for the claim, and worth something."""
    if not relevant.size:
        return np.zeros_like(relevant)
    best = relevant.max(axis=1, keepdims=True)
    return _sigmoid((relevant - ABOUT) / _SOFT) * _sigmoid((relevant - best + NEAR_BEST) / _SOFT_BEST) * worth[:, None]


def _owned(relevant: Array, weights: Array) -> Array:
    if not relevant.size:
        return np.zeros_like(relevant)
    raised = np.exp((relevant - relevant.max(axis=1, keepdims=True)) / _SHARING)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True) * np.minimum(1, weights * 2))


def _lead(passage: Array) -> Array:
    """How far each criterion lies before the best other one, for the passage around each claim."""
    if not passage.size or passage.shape[1] < 2:
        return np.zeros_like(passage)
    first = np.sort(passage, axis=1)[:, -2:]
    leader = passage == first[:, 1:]
    return np.asarray(np.where(leader, passage - first[:, :1], passage - first[:, 1:]))


def _passage(relevant: Array, claims: Sequence[Claim]) -> Array:
    """Relevance averaged over the claims up to two before and after in the same turn, nearer ones counting more."""
    total, weight = 3.0 * relevant, np.full((len(claims), 1), 3.0)
    turns = np.array([claim.turn for claim in claims])
    for step, share in ((1, 2.0), (2, 1.0)):
        same = (turns[step:] == turns[:-step])[:, None] * share
        total[step:] += same * relevant[:-step]
        total[:-step] += same * relevant[step:]
        weight[step:] += same
        weight[:-step] += same
    return np.asarray(total / weight)


def _neighbours(alone: Array, claims: Sequence[Claim]) -> Array:
    """For each claim the better of the claims right before and after it in the same turn: speech refers back."""
    around = np.zeros_like(alone)
    for row in range(len(claims) - 1):
        if claims[row].turn == claims[row + 1].turn:
            around[row] = np.maximum(around[row], alone[row + 1])
            around[row + 1] = np.maximum(around[row + 1], alone[row])
    return around


def _sigmoid(value: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-value)))
