"""Turns the claims about one criterion into numbers that a level can be told from."""

from typing import NamedTuple

import numpy as np

from agents.grader.attribution import Matched
from agents.grader.cues import CUES
from agents.grader.heard import Heard
from agents.grader.index import Array, CriterionIndex, RubricIndex

ROLE_NAMES = ("title", "below", "ic5", "ic6", "ic7", "early", "late")
_ANCHORS = ("below", "ic5", "ic6", "ic7")
_COVERED = ("ic5", "ic6", "ic7", "evidence")
SHOWN, COUNTS, TRACE = 0.05, 0.12, 0.02
SHARP = 0.06
TOP = 3

NAMES: tuple[str, ...] = (
    "share",
    "share_top",
    "amount",
    "strong_claims",
    "quality_mean",
    "quality_best",
    "quality_top",
    "quality_amount",
    *(f"near_{role}" for role in ROLE_NAMES),
    *(f"pooled_{role}" for role in ROLE_NAMES),
    "climb",
    "pooled_climb",
    "below_gap",
    "near_solution",
    *(f"covers_{role}" for role in _COVERED),
    "figures_known",
    "figures_own",
    *CUES,
    *(f"best_{cue}" for cue in CUES),
    "marks_together",
    "density",
    "rare",
    "asked",
    "words",
    *(f"which_near_{role}" for role in _ANCHORS),
    *(f"which_pooled_{role}" for role in _ANCHORS),
)


class Sitting(NamedTuple):
    """One interview as heard: whom each claim is about, how deep it sounds by itself, and how like the reference it is."""

    heard: Heard
    matched: Matched
    quality: Array
    solution: Array


def features(sitting: Sitting, column: int, item: CriterionIndex, index: RubricIndex) -> Array:
    """One row in the order of NAMES; all zeros where nothing said was about the criterion."""
    heard = sitting.heard
    weights = sitting.matched.weights[:, column]
    if not shown(weights):
        return np.zeros(len(NAMES))
    mine = weights > TRACE
    weight, vectors, marks = weights[mine], heard.vectors[mine].astype(float), np.minimum(heard.cues[mine], 1)
    similar = np.concatenate([vectors @ item.anchors.T, _evidence_halves(vectors, item)], axis=1)
    near = (similar * weight[:, None]).max(axis=0)
    pooled = pool(vectors, weight)
    pooled_similar = np.concatenate([pooled @ item.anchors.T, _evidence_halves(pooled[None], item)[0]])
    strong = [row for row in np.flatnonzero(mine) if weights[row] >= COUNTS]
    words = frozenset(word for row in strong for word in heard.terms[row])
    figures = frozenset(figure for row in strong for figure in heard.figures[row])
    length = sum(len(heard.claims[row].text.split()) for row in strong)
    first = np.sort(weight)[::-1][:TOP]
    values = [
        float(first[0]),
        float(first.sum()),
        float(np.log1p(weight.sum())),
        float(np.log1p(len(strong))),
        *_qualities(sitting.quality[mine], weight),
        *near,
        *pooled_similar,
        near[4] + near[3] - 2 * near[2],
        pooled_similar[4] + pooled_similar[3] - 2 * pooled_similar[2],
        pooled_similar[3] - pooled_similar[1],
        float(weight @ sitting.solution[mine] / weight.sum()),
        *(_share(words, item.terms[role], index) for role in _COVERED),
        min(3.0, len(figures & (item.figures | index.figures))),
        min(3.0, len(figures - item.figures - index.figures)),
        *(1 - np.exp(-(weight[:, None] * np.minimum(heard.cues[mine], 2)).sum(axis=0))),
        *(weight[:, None] * marks).max(axis=0),
        float((weight * marks.sum(axis=1)).max()),
        float((weight[:, None] * marks).sum() / max(1.0, length) * 10),
        index.rarity(words) / max(1, len(words)),
        sum(heard.claims[row].asked for row in strong) / max(1, len(strong)),
        float(np.log1p(length)),
        *_which(near[1:5]),
        *_which(pooled_similar[1:5]),
    ]
    return np.array(values, float)


def shown(weights: Array) -> bool:
    """Whether anything said was about the criterion at all: what can't be quoted earns nothing."""
    return bool(len(weights)) and float(weights.max()) >= SHOWN


def pool(vectors: Array, weight: Array) -> Array:
    """The weighted mean direction of the claims."""
    summed = weight @ vectors
    return np.asarray(summed / max(1e-9, float(np.linalg.norm(summed))))


def _qualities(quality: Array, weight: Array) -> tuple[float, float, float, float]:
    """Depth of the claims by themselves: weighted mean, best, mean of the three that count most, and depth in all."""
    order = np.argsort(-quality * weight, kind="stable")[:TOP]
    top = float(weight[order] @ quality[order] / weight[order].sum())
    return (
        float(weight @ quality / weight.sum()),
        float((weight * quality).max()),
        top,
        float(np.log1p((weight * np.maximum(quality - 1, 0)).sum())),
    )


def _which(similar: Array) -> Array:
    """Softmax over the anchors: which of them it sounds most like, whatever the scenario's level of similarity."""
    raised = np.exp((similar - similar.max()) / SHARP)
    return np.asarray(raised / raised.sum())


def _evidence_halves(vectors: Array, item: CriterionIndex) -> Array:
    """Nearest of the first and of the last half of the evidence, which rubrics list from weak to strong."""
    similar = vectors @ item.evidence[: len(item.criterion.evidence)].T
    middle = max(1, similar.shape[1] // 2)
    late = similar[:, middle:] if similar.shape[1] > 1 else similar
    return np.stack([similar[:, :middle].max(axis=1), late.max(axis=1)], axis=1)


def _share(words: frozenset[str], wanted: frozenset[str], index: RubricIndex) -> float:
    return index.rarity(words & wanted) / max(1e-9, index.rarity(wanted)) if wanted else 0.0
