"""Draws which level each criterion of a composed interview is to have."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import numpy as np

from scenarios.names import AREAS, DimensionId
from scenarios.rubric import Rubric

Kind = Literal["even", "lopsided", "fluent_empty", "terse_deep", "sparse"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Share of levels 0 to 4 among the criteria of an interview of each overall level.
_MIX: Mapping[int, tuple[float, ...]] = {
    1: (0.24, 0.58, 0.16, 0.02, 0.00),
    2: (0.12, 0.20, 0.50, 0.16, 0.02),
    3: (0.06, 0.05, 0.19, 0.52, 0.18),
    4: (0.02, 0.02, 0.06, 0.26, 0.64),
}


class Profile(NamedTuple):
    """The plan of one interview: its kind, the level aimed at, and the level of each criterion."""

    kind: Kind
    aim: int
    levels: dict[str, int]


def draw(rubric: Rubric, kind: Kind, aim: int, rng: np.random.Generator) -> Profile:
    """Levels for every criterion; `aim` is 1 to 4, and lopsided ones are two levels up or down by dimension."""
    by_dimension = _aims(rubric, kind, aim, rng)
    levels = {}
    for criterion in rubric.criteria:
        mix = np.array(_MIX[by_dimension[criterion.dimension]])
        if kind == "sparse":
            mix = 0.55 * mix + 0.45 * np.eye(5)[0]
        levels[criterion.id] = _limited(int(rng.choice(5, p=mix / mix.sum())), kind)
    return Profile(kind, aim, levels)


def _aims(rubric: Rubric, kind: Kind, aim: int, rng: np.random.Generator) -> dict[DimensionId, int]:
    dimensions = [dimension.id for dimension in rubric.dimensions]
    if kind != "lopsided":
        return dict.fromkeys(dimensions, aim)
    technical = [dimension for dimension in dimensions if dimension in AREAS]
    strong = set(rng.choice(technical, size=len(technical) // 2, replace=False))
    return {dimension: 4 if dimension in strong else 1 if dimension in technical else aim for dimension in dimensions}


def _limited(level: int, kind: Kind) -> int:
    """Fluent but empty never exceeds IC5; terse but deep is IC6 or IC7 where it says anything."""
    if kind == "fluent_empty":
        return min(level, 2)
    if kind == "terse_deep":
        return max(level, 3) if level else 0
    return level
