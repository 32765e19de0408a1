"""Statistics of agreement, each with n and a 95 % interval from resampling whole scenarios."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Model

Array = NDArray[np.float64]
Measure = Callable[[NDArray[np.int64]], float]
RESAMPLES = 500


class Figure(Model):
    """A value with its n and 95 % interval; None where there was nothing to measure."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None
    target: str | None = None
    passed: bool | None = None


def figure(measure: Measure, groups: Sequence[str], *, seed: int = 0) -> Figure:
    """`measure` over all rows, resampled by group; it takes row numbers and may return nan for too few."""
    rows = np.arange(len(groups))
    if not len(rows):
        return Figure(value=None, n=0)
    value = measure(rows)
    if not np.isfinite(value):
        return Figure(value=None, n=len(rows))
    names = np.array(groups)
    blocks = [np.flatnonzero(names == name) for name in sorted(set(groups))]
    blocks = blocks if len(blocks) > 2 else [np.array([row]) for row in rows]
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(RESAMPLES):
        taken = rng.integers(0, len(blocks), len(blocks))
        draws.append(measure(np.concatenate([blocks[i] for i in taken])))
    finite = [draw for draw in draws if np.isfinite(draw)]
    low, high = np.percentile(finite, [2.5, 97.5]) if finite else (value, value)
    return Figure(value=round(value, 4), n=len(rows), interval=(round(float(low), 4), round(float(high), 4)))


def against(found: Figure, target: str, *, at_least: float | None = None, at_most: float | None = None) -> Figure:
    """The figure with its target and whether it is met; a missing value never passes."""
    if found.value is None:
        return found.model_copy(update={"target": target, "passed": False})
    passed = (at_least is None or found.value >= at_least) and (at_most is None or found.value <= at_most)
    return found.model_copy(update={"target": target, "passed": passed})


def qwk(gold: Array, found: Array, levels: int = 5) -> float:
    """Quadratic weighted kappa of two ratings rounded to whole levels; nan without variation."""
    a, b = whole(gold, levels), whole(found, levels)
    table = np.zeros((levels, levels))
    np.add.at(table, (a, b), 1.0)
    weights = (np.arange(levels)[:, None] - np.arange(levels)[None, :]) ** 2
    expected = table.sum(axis=1)[:, None] * table.sum(axis=0)[None, :] / max(1.0, table.sum())
    chance = float((weights * expected).sum())
    return 1 - float((weights * table).sum()) / chance if chance > 0 else float("nan")


def whole(values: Array, levels: int = 5) -> NDArray[np.int64]:
    """Nearest whole level."""
    return np.clip(np.floor(np.asarray(values, float) + 0.5), 0, levels - 1).astype(int)


def calibration_error(probability: Array, hit: Array, bins: int = 10) -> float:
    """Expected calibration error over bins of equal count."""
    if not len(probability):
        return float("nan")
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return float(sum(len(part) * abs(probability[part].mean() - hit[part].mean()) for part in parts) / len(order))


def krippendorff(ratings: Array, metric: str = "interval") -> float:
    """Krippendorff's alpha of ratings (raters, items), nan where missing; interval or nominal distance (Hayes 2007)."""
    columns = [column[np.isfinite(column)] for column in np.asarray(ratings, float).T]
    pairable = [column for column in columns if len(column) > 1]
    if not pairable:
        return float("nan")
    values = np.concatenate(pairable)
    total = len(values)

    def distance(a: Array, b: Array) -> Array:
        return (a[:, None] - b[None, :]) ** 2 if metric == "interval" else (a[:, None] != b[None, :]).astype(float)

    observed = sum(distance(column, column).sum() / (len(column) - 1) for column in pairable) / total
    expected = distance(values, values).sum() / (total * (total - 1))
    return float(1 - observed / expected) if expected > 0 else float("nan")


def icc(ratings: Array) -> float:
    """ICC(2,1), two-way random effects, absolute agreement, single rater; complete rows only (Shrout and Fleiss 1979)."""
    table = np.asarray(ratings, float).T
    table = table[np.isfinite(table).all(axis=1)]
    n, k = table.shape
    if n < 2 or k < 2:
        return float("nan")
    grand = table.mean()
    rows = k * ((table.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    columns = n * ((table.mean(axis=0) - grand) ** 2).sum() / (k - 1)
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + grand
    error = (rest**2).sum() / ((n - 1) * (k - 1))
    bottom = rows + (k - 1) * error + k * (columns - error) / n
    return float((rows - error) / bottom) if bottom > 0 else float("nan")
