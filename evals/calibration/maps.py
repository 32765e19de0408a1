"""Fits rising maps of probabilities and measures which kind does best on interviews left out."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from agents.grader.calibration import GroupMap, Knots, Method
from evals.grading.figures import Array
from scenarios.names import DimensionId

METHODS: tuple[Method, ...] = ("none", "isotonic", "sigmoid", "venn-abers", "ordinal")
OWN_MAP = 200
GRID = np.linspace(0.0, 1.0, 21)
_IDENTITY = Knots(given=(0.0, 1.0), right=(0.0, 1.0))


class Rows(NamedTuple):
    """Ratings: probabilities (n, 5), levels (n,), dimension and interview of each."""

    probabilities: Array
    levels: Array
    dimension: NDArray[np.str_]
    interview: NDArray[np.int64]

    def some(self, rows: NDArray[np.int64]) -> "Rows":
        """The rows chosen."""
        return Rows(self.probabilities[rows], self.levels[rows], self.dimension[rows], self.interview[rows])


def fit_groups(rows: Rows, method: Method) -> tuple[GroupMap, ...]:
    """A pooled map, and one for each dimension with at least 200 ratings."""
    if method == "none" or not len(rows.levels):
        return ()
    groups = [_group("pooled", rows, method)]
    for name in sorted(set(rows.dimension)):
        mine = rows.some(np.flatnonzero(rows.dimension == name))
        if len(mine.levels) >= OWN_MAP:
            dimension: DimensionId = name
            groups.append(_group(dimension, mine, method))
    return tuple(groups)


def correct(groups: tuple[GroupMap, ...], rows: Rows) -> Array:
    """The corrected probabilities of `rows`."""
    found = {item.group: item for item in groups}
    corrected = rows.probabilities.copy()
    for row, name in enumerate(rows.dimension):
        item = found.get(name) or found.get("pooled")
        if item:
            corrected[row] = item.apply(rows.probabilities[row])
    return corrected


def compare(rows: Rows, *, folds: int = 5) -> dict[Method, float]:
    """Mean ranked probability score of each method on interviews left out; smaller is better."""
    splits = min(folds, len(set(rows.interview)))
    if splits < 2:
        return {"none": _score(rows.probabilities, rows.levels)}
    losses: dict[Method, float] = {}
    for method in METHODS:
        held = rows.probabilities.copy()
        for train, test in GroupKFold(splits).split(held, rows.levels, rows.interview):
            held[test] = correct(fit_groups(rows.some(train), method), rows.some(test))
        losses[method] = _score(held, rows.levels)
    return losses


def _score(probabilities: Array, levels: Array) -> float:
    given = np.cumsum(probabilities, axis=1)[:, :4]
    known = (levels[:, None] <= np.arange(4)[None, :]).astype(float)
    return float(((given - known) ** 2).sum(axis=1).mean())


def _group(name: DimensionId | Literal["pooled"], rows: Rows, method: Method) -> GroupMap:
    above = np.cumsum(rows.probabilities[:, ::-1], axis=1)[:, ::-1][:, 1:]
    hits = rows.levels[:, None] >= np.arange(1, 5)[None, :]
    maps = _ordinal(above, hits) if method == "ordinal" else [_knots(above[:, k], hits[:, k], method) for k in range(4)]
    a, b, c, d = maps
    return GroupMap(group=name, n=len(rows.levels), maps=(a, b, c, d))


def _knots(given: Array, hit: NDArray[np.bool_], method: Method) -> Knots:
    if hit.all() or not hit.any():
        return _IDENTITY
    if method == "isotonic":
        right = IsotonicRegression(y_min=0.001, y_max=0.999, out_of_bounds="clip").fit(given, hit).predict(GRID)
    elif method == "venn-abers":
        right = _venn_abers(given, hit)
    else:
        model = LogisticRegression(C=1.0).fit(_logit(given)[:, None], hit)
        right = model.predict_proba(_logit(GRID)[:, None])[:, 1]
    return _as_knots(right)


def _venn_abers(given: Array, hit: NDArray[np.bool_]) -> Array:
    """Inductive Venn-Abers (Vovk and Petej 2014) on the grid: isotonic with the point added as 0 and as 1, merged to one p."""
    places, where, counts = np.unique(np.round(given, 2), return_inverse=True, return_counts=True)
    shares = np.bincount(where, weights=hit.astype(float)) / counts
    right = []
    for point in GRID:
        low, high = (_with_point(places, shares, counts, float(point), label) for label in (0.0, 1.0))
        right.append(high / (1 - low + high))
    return np.array(right)


def _with_point(places: Array, shares: Array, counts: NDArray[np.int64], point: float, label: float) -> float:
    model = IsotonicRegression(out_of_bounds="clip")
    model.fit(np.append(places, point), np.append(shares, label), sample_weight=np.append(counts, 1))
    return float(model.predict([point])[0])


def _ordinal(above: Array, hits: NDArray[np.bool_]) -> list[Knots]:
    """Proportional odds: one slope for all levels, a threshold for each."""
    levels = [k for k in range(4) if hits[:, k].any() and not hits[:, k].all()]
    if not levels:
        return [_IDENTITY] * 4
    x = np.concatenate([np.column_stack([_logit(above[:, k]), np.tile(np.eye(4)[k], (len(hits), 1))]) for k in levels])
    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=500).fit(x, np.concatenate([hits[:, k] for k in levels]))
    slope, thresholds = model.coef_[0][0], model.coef_[0][1:]
    found = [_as_knots(1 / (1 + np.exp(-slope * _logit(GRID) - threshold))) for threshold in thresholds]
    return [found[k] if k in levels else _IDENTITY for k in range(4)]


def _as_knots(right: Array) -> Knots:
    rising = np.maximum.accumulate(np.clip(right, 0, 1))
    return Knots(given=tuple(round(float(v), 4) for v in GRID), right=tuple(round(float(v), 4) for v in rising))


def _logit(value: Array) -> Array:
    inside = np.clip(value, 0.001, 0.999)
    return np.asarray(np.log(inside / (1 - inside)))
