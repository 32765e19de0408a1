"""Turns the claims about one criterion into numbers that a level can be told from."""

import numpy as np

from agents.grader.cues import CUES
from agents.grader.heard import Heard
from agents.grader.index import Array, CriterionIndex, RubricIndex
from agents.grader.matching import Matched

ROLE_NAMES = ("title", "below", "ic5", "ic6", "ic7", "early", "late")
_ANCHORS = ("below", "ic5", "ic6", "ic7")
_COVERED = ("ic5", "ic6", "ic7", "evidence")
COUNTS, TRACE = 0.3, 0.02
SHARP = 0.06

NAMES: tuple[str, ...] = (
    "relevance",
    "amount",
    *(f"near_{role}" for role in ROLE_NAMES),
    *(f"pooled_{role}" for role in ROLE_NAMES),
    "climb",
    "pooled_climb",
    "below_gap",
    *(f"covers_{role}" for role in _COVERED),
    "figures_known",
    "figures_own",
    *CUES,
    *(f"best_{cue}" for cue in CUES),
    "marks_together",
    "density",
    "rare",
    "asked",
    "own_claims",
    "own_share",
    "own_best",
    "lead_best",
    "lead_mean",
    "lead_share",
    *(f"which_near_{role}" for role in _ANCHORS),
    *(f"which_pooled_{role}" for role in _ANCHORS),
)


def features(heard: Heard, matched: Matched, column: int, item: CriterionIndex, index: RubricIndex) -> Array:
    """One row in the order of NAMES; all zeros where nothing said was about the criterion."""
    relevant, weights, owned = matched.relevant[:, column], matched.weights[:, column], matched.owned[:, column]
    if not shown(weights):
        return np.zeros(len(NAMES))
    mine = weights > TRACE
    weight, vectors, cues = weights[mine], heard.vectors[mine].astype(float), heard.cues[mine]
    similar = np.concatenate([vectors @ item.anchors.T, _evidence_halves(vectors, item)], axis=1)
    near = (similar * weight[:, None]).max(axis=0)
    pooled = pool(vectors, weight)
    pooled_similar = np.concatenate([pooled @ item.anchors.T, _evidence_halves(pooled[None], item)[0]])
    strong = [row for row in np.flatnonzero(mine) if weights[row] >= COUNTS]
    words = frozenset(word for row in strong for word in heard.terms[row])
    figures = frozenset(figure for row in strong for figure in heard.figures[row])
    length = sum(len(heard.claims[row].text.split()) for row in strong)
    marks = np.minimum(cues, 1)
    values = [
        float((relevant[mine] * (weight > COUNTS)).max()),
        float(np.log1p(weight.sum())),
        *near,
        *pooled_similar,
        near[4] + near[3] - 2 * near[2],
        pooled_similar[4] + pooled_similar[3] - 2 * pooled_similar[2],
        pooled_similar[3] - pooled_similar[1],
        *(_share(words, item.terms[role], index) for role in _COVERED),
        min(3.0, len(figures & (item.figures | index.figures))),
        min(3.0, len(figures - item.figures - index.figures)),
        *(1 - np.exp(-(weight[:, None] * np.minimum(cues, 2)).sum(axis=0))),
        *(weight[:, None] * marks).max(axis=0),
        float((weight * marks.sum(axis=1)).max()),
        float((weight[:, None] * marks).sum() / max(1.0, length) * 10),
        index.rarity(words) / max(1, len(words)),
        float(np.mean([heard.claims[row].asked for row in strong])) if strong else 0.0,
        float(np.log1p((owned > 0.5).sum())),
        float(np.log1p(owned.sum())),
        float(owned.max()),
        *_leads(matched.lead[:, column], weights),
        *_which(near[1:5]),
        *_which(pooled_similar[1:5]),
    ]
    return np.array(values, float)


def shown(weights: Array) -> bool:
    """Whether anything said was about the criterion at all: what can't be quoted earns nothing."""
    return bool(len(weights)) and float(weights.max()) >= COUNTS


def pool(vectors: Array, weight: Array) -> Array:
    """The weighted mean direction of the claims."""
    summed = weight @ vectors
    return np.asarray(summed / max(1e-9, float(np.linalg.norm(summed))))


def _leads(lead: Array, weights: Array) -> tuple[float, float, float]:
    """Best and mean lead over other criteria where the talk is about this one, and the share of it that leads."""
    counted = weights >= COUNTS
    share = weights[counted] / weights[counted].sum()
    return float(lead[counted].max()), float(share @ lead[counted]), float(share @ (lead[counted] > 0))


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
