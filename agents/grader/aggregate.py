"""Adds criteria up to dimensions and to the overall level, with intervals and the verdict at the target."""

from collections.abc import Mapping, Sequence
from math import erf, sqrt
from typing import Literal

import numpy as np

from agents.grader.index import Array
from agents.grader.model import Line
from agents.scorecard import LEVEL_OF, CriterionScore, DimensionScore, Interval, OverallScore, Probabilities
from scenarios.names import Level
from scenarios.rubric import Rubric

Decision = Literal["at or above", "borderline", "below", "not assessed"]
MIN_SHARE = 0.35
PART = 0.6


def dimension_scores(rubric: Rubric, scores: Sequence[CriterionScore], line: Line) -> tuple[DimensionScore, ...]:
    """Level of the best part of each dimension's scored criteria, through the fitted line, with its 90 % interval."""
    weights = {criterion.id: criterion.weight for criterion in rubric.criteria}
    found = []
    for dimension in rubric.dimensions:
        mine = [
            (weights[score.id], score.level) for score in scores if score.dimension == dimension.id and score.level is not None
        ]
        if not mine:
            found.append(DimensionScore(id=dimension.id))
            continue
        level = line.apply(best_part(mine))
        found.append(DimensionScore(id=dimension.id, level=round(level, 3), interval=_interval(level, line.half_width)))
    return tuple(found)


def weighted_level(rubric: Rubric, levels: Mapping[str, float]) -> tuple[float, float] | None:
    """Level over dimensions (each by its best part), and the share of all weight that was scored; None if empty."""
    total = weight = 0.0
    for dimension in rubric.dimensions:
        mine = [
            (item.weight, levels[item.id]) for item in rubric.criteria if item.dimension == dimension.id and item.id in levels
        ]
        if mine:
            total += dimension.weight * best_part(mine)
            weight += dimension.weight
    if not weight:
        return None
    return total / weight, weight / sum(dimension.weight for dimension in rubric.dimensions)


def best_part(weighted: Sequence[tuple[float, float]]) -> float:
    """Mean level of the best 60 % by weight of (weight, level) pairs.

    A rubric holds more than 45 minutes can show, so that silence on the rest is no weakness; more evidence never lowers it.
    """
    room = PART * sum(weight for weight, _ in weighted)
    taken = total = 0.0
    for weight, level in sorted(weighted, key=lambda pair: -pair[1]):
        share = min(weight, room - taken)
        if share <= 0:
            break
        taken, total = taken + share, total + share * level
    return total / room


def overall_score(level: float | None, line: Line, share: float, target: Level) -> OverallScore:
    """The overall level (0 to 4) through the fitted line, with probabilities, a 90 % interval, and the verdict at `target`."""
    if level is None or share < MIN_SHARE:
        return OverallScore(decision_at_target="not assessed")
    mapped = line.apply(level)
    probabilities = spread(mapped, line.deviation)
    above = float(probabilities[LEVEL_OF[target] :].sum())
    return OverallScore(
        level=round(mapped, 3),
        probabilities=as_probabilities(probabilities),
        interval=_interval(mapped, line.half_width),
        decision_at_target=_decision(above),
    )


def spread(level: float, deviation: float) -> Array:
    """Probability of each whole level when the level is normal around `level`."""
    edges = [0.5 * (1 + erf((edge - level) / (max(deviation, 1e-3) * sqrt(2)))) for edge in (0.5, 1.5, 2.5, 3.5)]
    return np.diff(np.array([0.0, *edges, 1.0]))


def as_probabilities(values: Array) -> Probabilities:
    """Five floats that add up to 1."""
    a, b, c, d, e = (round(float(value), 4) for value in values / values.sum())
    return (a, b, c, d, e)


def _interval(level: float, half: float) -> Interval:
    return round(max(0.0, level - half), 3), round(min(4.0, level + half), 3)


def _decision(above: float) -> Decision:
    if above >= 0.65:
        return "at or above"
    return "below" if above <= 0.35 else "borderline"
