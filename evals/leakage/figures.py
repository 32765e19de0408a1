"""Figures with their n and 95 % interval, where turns of one interview count as related."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.stats import beta, rankdata

from scenarios.model import Model

Floats = NDArray[np.float64]
REPEATS = 1000


class Figure(Model):
    """One measured value; `value` and the interval are None where nothing could be measured."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = Field(ge=0)
    unscored: int = Field(default=0, ge=0)


class Trial(NamedTuple):
    """One yes or no, in a group of related ones."""

    hit: bool
    group: str


def share(trials: Sequence[Trial], unscored: int = 0) -> Figure:
    """The share of hits, with a Clopper-Pearson interval on the effective sample size.

    The design effect (Kish) is the ratio of the variance between group totals to the binomial one, never below 1; with no
    hits, or only hits, it can't be told and the plain interval stands.
    """
    n = len(trials)
    if n == 0:
        return Figure(value=None, n=0, unscored=unscored)
    hits = sum(trial.hit for trial in trials)
    rate = hits / n
    effective = n / _design_effect(trials, rate)
    low, high = clopper_pearson(rate * effective, effective)
    return Figure(value=rate, low=low, high=high, n=n, unscored=unscored)


def clopper_pearson(hits: float, n: float) -> tuple[float, float]:
    """The exact 95 % interval of a proportion; counts may be fractional."""
    low = 0.0 if hits <= 0 else float(beta.ppf(0.025, hits, n - hits + 1))
    high = 1.0 if hits >= n else float(beta.ppf(0.975, hits + 1, n - hits))
    return low, high


def mean(values: Sequence[float], groups: Sequence[str], seed: int = 0) -> Figure:
    """The mean with a bootstrap interval over groups; as `bootstrap`, on sums of groups, which takes any number of them."""
    if not len(values):
        return Figure(value=None, n=0)
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    sums, counts = np.bincount(group, weights=values), np.bincount(group)
    low = high = None
    if len(names) > 1:
        random = np.random.default_rng(seed)
        draws = (random.integers(0, len(names), len(names)) for _ in range(REPEATS))
        found = [sums[drawn].sum() / counts[drawn].sum() for drawn in draws]
        low, high = (float(bound) for bound in np.quantile(found, [0.025, 0.975]))
    return Figure(value=float(sums.sum() / counts.sum()), low=low, high=high, n=len(values))


def auroc(labels: Sequence[bool], scores: Sequence[float], groups: Sequence[str], seed: int = 0) -> Figure:
    """Area under the ROC curve with a bootstrap interval over groups."""
    truth, values = np.asarray(labels, bool), np.asarray(scores, float)
    if truth.all() or not truth.any():
        return Figure(value=None, n=len(truth))
    return bootstrap(lambda rows: _auroc(truth[rows], values[rows]), groups, seed)


def bootstrap(measure: Callable[[NDArray[np.intp]], float], groups: Sequence[str], seed: int = 0) -> Figure:
    """`measure` on all rows, with a percentile interval from resampling whole groups; nan from a resample is left out."""
    rows = np.arange(len(groups))
    if len(rows) == 0:
        return Figure(value=None, n=0)
    names, of_row = np.unique(np.asarray(groups), return_inverse=True)
    members = np.split(np.argsort(of_row, kind="stable"), np.cumsum(np.bincount(of_row, minlength=len(names)))[:-1])
    random = np.random.default_rng(seed)
    found = []
    for _ in range(REPEATS if len(members) > 1 else 0):
        drawn = random.integers(0, len(members), len(members))
        value = measure(np.concatenate([members[one] for one in drawn]))
        if not np.isnan(value):
            found.append(value)
    low, high = (float(bound) for bound in np.quantile(found, [0.025, 0.975])) if found else (None, None)
    return Figure(value=measure(rows), low=low, high=high, n=len(rows))


def _auroc(labels: NDArray[np.bool_], scores: Floats) -> float:
    """Mann and Whitney's U over the number of pairs; nan without both labels."""
    hits = int(labels.sum())
    misses = len(labels) - hits
    if not hits or not misses:
        return float("nan")
    return float((rankdata(scores)[labels].sum() - hits * (hits + 1) / 2) / (hits * misses))


def _design_effect(trials: Sequence[Trial], rate: float) -> float:
    groups: dict[str, list[bool]] = {}
    for trial in trials:
        groups.setdefault(trial.group, []).append(trial.hit)
    if not 0 < rate < 1 or len(groups) < 2:
        return 1.0
    residuals = sum((sum(hits) - rate * len(hits)) ** 2 for hits in groups.values())
    between = residuals * len(groups) / (len(groups) - 1)
    return max(1.0, float(between / (len(trials) * rate * (1 - rate))))
