"""Scores what was understood of notes against gold, with bootstrap intervals by note."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from agents.intake import Profile
from evals.intake.cases import Case
from scenarios.model import Model
from scenarios.names import AREAS

OUTLIERS = "outlier-detection"
RESAMPLES = 2000


class Figure(Model):
    """A share with its n and 95 % interval; `value` is None when nothing was there to count."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None


class Understood(Model):
    """One case, the profile that its notes gave and the scenarios that the profile leaves out."""

    case: Case
    profile: Profile
    excluded: tuple[str, ...]
    milliseconds: float


class Miss(Model):
    """Notes of which something was understood otherwise than gold."""

    id: str
    repeated: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


class Report(Model):
    """What the intake eval found; precision and recall count problems, everything else counts notes."""

    schema_version: Literal[1] = 1
    n: int
    excluded_precision: Figure
    excluded_recall: Figure
    excluded_exact: Figure
    avoid: Figure
    areas: Figure
    short_turns: Figure
    level: Figure
    milliseconds_p50: float
    milliseconds_max: float
    misses: tuple[Miss, ...]


Measure = Callable[[Understood], tuple[int, int]]


def report(understood: Sequence[Understood], seed: int = 0) -> Report:
    """All figures over `understood`."""
    draws = np.random.default_rng(seed).integers(0, max(len(understood), 1), (RESAMPLES, len(understood)))

    def figure(measure: Measure) -> Figure:
        return _figure(np.array([measure(item) for item in understood]).reshape(-1, 2), draws)

    times = [item.milliseconds for item in understood] or [0.0]
    return Report(
        n=len(understood),
        excluded_precision=figure(lambda item: (len(_right(item)), len(set(item.excluded)))),
        excluded_recall=figure(lambda item: (len(_right(item)), len(set(item.case.excluded)))),
        excluded_exact=figure(lambda item: (set(item.excluded) == set(item.case.excluded), 1)),
        avoid=figure(lambda item: (_avoids(item) == item.case.avoid_outlier, 1)),
        areas=figure(lambda item: (_all_areas(item) == item.case.areas, 1)),
        short_turns=figure(lambda item: (item.profile.short_turns == item.case.short_turns, 1)),
        level=figure(lambda item: (item.profile.level == item.case.level, 1)),
        milliseconds_p50=float(np.percentile(times, 50)),
        milliseconds_max=max(times),
        misses=tuple(miss for item in understood if (miss := _miss(item)) is not None),
    )


def _figure(
    counts: np.ndarray[tuple[int, int], np.dtype[np.int64]], draws: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> Figure:
    hits, n = (int(total) for total in counts.sum(axis=0))
    if not n:
        return Figure(value=None, n=0)
    totals = counts[draws].sum(axis=1)
    shares = totals[totals[:, 1] > 0]
    low, high = np.percentile(shares[:, 0] / shares[:, 1], [2.5, 97.5])
    return Figure(value=hits / n, n=n, interval=(float(low), float(high)))


def _right(item: Understood) -> set[str]:
    return set(item.excluded) & set(item.case.excluded)


def _avoids(item: Understood) -> bool:
    return OUTLIERS in item.profile.avoid


def _all_areas(item: Understood) -> bool:
    return {plan.area for plan in item.profile.areas} == set(AREAS)


def _miss(item: Understood) -> Miss | None:
    case, profile = item.case, item.profile
    wrong = {
        "avoid": _avoids(item) != case.avoid_outlier,
        "areas": _all_areas(item) != case.areas,
        "short_turns": profile.short_turns != case.short_turns,
        "level": profile.level != case.level,
    }
    found = Miss(
        id=case.id,
        repeated=tuple(sorted(set(case.excluded) - set(item.excluded))),
        left_out=tuple(sorted(set(item.excluded) - set(case.excluded))),
        wrong=tuple(name for name, is_wrong in wrong.items() if is_wrong),
    )
    return found if found.repeated or found.left_out or found.wrong else None
