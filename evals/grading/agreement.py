"""Agreement of predicted levels with known ones, beside the baselines that any grader must beat."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from agents.grader.aggregate import spread
from agents.grader.model import LEVELS
from evals.grading.figures import Array, Figure, Measure, against, calibration_error, figure, qwk, whole
from evals.grading.fit import HeldOut
from evals.grading.table import Table
from scenarios.model import Model
from scenarios.rubric import Rubric


class Slice(Model):
    """One kind of interview: how far off, and for the two named kinds the share on the right side of the bar."""

    kind: str
    n: int
    mae: Figure
    bias: Figure
    kept: Figure | None = None


class LevelRow(Model):
    """Rows of one known level: what they were found to be."""

    level: int
    n: int
    exact: float
    bias: float


class ReliabilityPoint(Model):
    """One bin of the reliability diagram."""

    probability: float
    share: float
    n: int


class AgreementReport(Model):
    """How well found levels agree with known ones."""

    schema_version: Literal[1] = 1
    source: str
    split: str
    n: int
    rows: int
    scenarios: int
    overall: dict[str, Figure]
    criteria: dict[str, Figure]
    by_dimension: dict[str, Figure]
    by_level: tuple[LevelRow, ...]
    confusion: tuple[tuple[int, ...], ...]
    baselines: dict[str, Figure]
    beats: dict[str, Figure]
    slices: tuple[Slice, ...]
    reliability: tuple[ReliabilityPoint, ...]
    length_correlation: float
    human: Figure | None = None
    points: tuple[tuple[float, float], ...]
    passed: bool


def agreement(table: Table, found: HeldOut, rubrics: Mapping[str, Rubric], *, source: str, split: str) -> AgreementReport:
    """All figures; `found` must come from models that did not see the scenario."""
    gold = np.array([case.overall for case in table.cases])
    groups = [case.scenario for case in table.cases]
    expected = found.probabilities @ LEVELS
    overall = _overall(gold, found, groups)
    criteria = _criteria(table, found, expected)
    baselines, beats = _baselines(table, gold, found, groups)
    verdicts = [*overall.values(), *criteria.values(), *beats.values()]
    slices = _slices(table, gold, found)
    return AgreementReport(
        source=source,
        split=split,
        n=len(gold),
        rows=len(table.y),
        scenarios=len(set(groups)),
        overall=overall,
        criteria=criteria,
        by_dimension=_by_dimension(table, expected, rubrics),
        by_level=tuple(_level_row(level, table, expected) for level in range(5)),
        confusion=_confusion(gold, found.overall),
        baselines=baselines,
        beats=beats,
        slices=slices,
        reliability=_reliability(table, found),
        length_correlation=_correlation(gold, np.array([float(case.words) for case in table.cases])),
        points=tuple((round(float(a), 3), round(float(b), 3)) for a, b in zip(gold, found.overall, strict=True)),
        passed=all(item.passed is not False for item in verdicts) and all(s.kept is None or bool(s.kept.passed) for s in slices),
    )


def _overall(gold: Array, found: HeldOut, groups: Sequence[str]) -> dict[str, Figure]:
    near = np.abs(whole(gold) - whole(found.overall))
    inside = np.abs(gold - found.overall) <= found.half_width
    chances = np.array([spread(level, deviation) for level, deviation in zip(found.overall, found.deviation, strict=True)])
    error = found.overall - gold
    return {
        "qwk": against(figure(lambda rows: qwk(gold[rows], found.overall[rows]), groups), ">= .80", at_least=0.8),
        "exact": figure(mean_of((near == 0).astype(float)), groups),
        "within_one": against(figure(mean_of((near <= 1).astype(float)), groups), ">= .95", at_least=0.95),
        "mae": figure(mean_of(np.abs(error)), groups),
        "bias": against(figure(mean_of(error), groups), "within .15", at_least=-0.15, at_most=0.15),
        "coverage": against(figure(mean_of(inside.astype(float)), groups), ".87 to .93", at_least=0.87, at_most=0.93),
        "width": figure(mean_of(2 * found.half_width), groups),
        "brier": figure(mean_of(((chances - np.eye(5)[whole(gold)]) ** 2).sum(axis=1)), groups),
        "calibration_error": against(figure(_cumulative_error(chances, gold), groups), "<= .05", at_most=0.05),
    }


def _criteria(table: Table, found: HeldOut, expected: Array) -> dict[str, Figure]:
    gold = table.y.astype(float)
    groups = [str(name) for name in table.scenario]
    near = np.abs(whole(expected) - table.y)
    return {
        "qwk": figure(lambda rows: qwk(gold[rows], expected[rows]), groups),
        "exact": figure(mean_of((near == 0).astype(float)), groups),
        "within_one": figure(mean_of((near <= 1).astype(float)), groups),
        "mae": figure(mean_of(np.abs(expected - gold)), groups),
        "bias": against(figure(mean_of(expected - gold), groups), "within .15", at_least=-0.15, at_most=0.15),
        "brier": figure(mean_of(((found.probabilities - np.eye(5)[table.y]) ** 2).sum(axis=1)), groups),
        "calibration_error": against(figure(_cumulative_error(found.probabilities, gold), groups), "<= .05", at_most=0.05),
    }


def _cumulative_error(chances: Array, gold: Array) -> Measure:
    """Calibration error of 'at this level or above' for levels 1 to 4, pooled."""
    above = np.cumsum(chances[:, ::-1], axis=1)[:, ::-1][:, 1:]
    hits = (whole(gold)[:, None] >= np.arange(1, 5)[None, :]).astype(float)
    return lambda rows: calibration_error(above[rows].ravel(), hits[rows].ravel())


def _baselines(table: Table, gold: Array, found: HeldOut, groups: Sequence[str]) -> tuple[dict[str, Figure], dict[str, Figure]]:
    length = np.array([float(case.words) for case in table.cases])
    others = {
        "length_only": _held_out_line(length, gold, table.scenarios),
        "majority": np.full(len(gold), float(np.bincount(whole(gold)).argmax())),
        "holistic_ridge": found.holistic,
    }
    scores = {name: figure(lambda rows, v=value: _or_zero(gold[rows], v[rows]), groups) for name, value in others.items()}  # type: ignore[misc]
    gains = {
        name: against(
            figure(lambda rows, v=value: qwk(gold[rows], found.overall[rows]) - _or_zero(gold[rows], v[rows]), groups),  # type: ignore[misc]
            "interval above 0",
        )
        for name, value in others.items()
    }
    return scores, {
        name: gain.model_copy(update={"passed": bool(gain.interval and gain.interval[0] > 0)}) for name, gain in gains.items()
    }


def _or_zero(gold: Array, found: Array) -> float:
    value = qwk(gold, found)
    return value if np.isfinite(value) else 0.0


def _held_out_line(feature: Array, gold: Array, groups: np.ndarray) -> Array:
    found = np.zeros(len(gold))
    for name in sorted(set(groups)):
        other = groups != name
        slope, intercept = np.polyfit(feature[other], gold[other], 1) if other.sum() > 2 else (0.0, float(gold.mean()))
        found[~other] = slope * feature[~other] + intercept
    return np.clip(found, 0, 4)


def _slices(table: Table, gold: Array, found: HeldOut) -> tuple[Slice, ...]:
    """By kind of interview; fluent but empty must stay at IC5 or below, terse but deep at IC6 or above, in 90 %."""
    kinds = np.array([case.kind for case in table.cases])
    scenarios = np.array([case.scenario for case in table.cases])
    rows = []
    for kind in sorted(set(kinds)):
        mine = kinds == kind
        groups = [str(name) for name in scenarios[mine]]
        error = found.overall[mine] - gold[mine]
        kept = None
        if kind == "fluent_empty":
            kept = figure(mean_of((whole(found.overall[mine]) <= 2).astype(float)), groups)
        elif kind == "terse_deep":
            kept = figure(mean_of((whole(found.overall[mine]) >= 3).astype(float)), groups)
        rows.append(
            Slice(
                kind=str(kind),
                n=int(mine.sum()),
                mae=figure(mean_of(np.abs(error)), groups),
                bias=figure(mean_of(error), groups),
                kept=against(kept, "at least 90 %", at_least=0.9) if kept else None,
            )
        )
    return tuple(rows)


def _by_dimension(table: Table, expected: Array, rubrics: Mapping[str, Rubric]) -> dict[str, Figure]:
    homes = {name: {item.id: item.dimension for item in rubric.criteria} for name, rubric in rubrics.items()}
    dimension = np.array([homes[str(s)][c] for s, c in zip(table.scenario, table.criterion, strict=True)])
    found = {}
    for name in sorted(set(dimension)):
        mine = np.flatnonzero(dimension == name)
        gold, ours = table.y[mine].astype(float), expected[mine]
        found[str(name)] = figure(lambda rows, g=gold, o=ours: qwk(g[rows], o[rows]), [str(s) for s in table.scenario[mine]])  # type: ignore[misc]
    return found


def _level_row(level: int, table: Table, expected: Array) -> LevelRow:
    mine = table.y == level
    if not mine.any():
        return LevelRow(level=level, n=0, exact=0.0, bias=0.0)
    exact = float((whole(expected[mine]) == level).mean())
    return LevelRow(level=level, n=int(mine.sum()), exact=round(exact, 4), bias=round(float(expected[mine].mean() - level), 4))


def _confusion(gold: Array, found: Array) -> tuple[tuple[int, ...], ...]:
    table = np.zeros((5, 5), int)
    np.add.at(table, (whole(gold), whole(found)), 1)
    return tuple(tuple(int(value) for value in row) for row in table)


def _reliability(table: Table, found: HeldOut) -> tuple[ReliabilityPoint, ...]:
    above = np.cumsum(found.probabilities[:, ::-1], axis=1)[:, ::-1][:, 1:].ravel()
    hits = (table.y[:, None] >= np.arange(1, 5)[None, :]).astype(float).ravel()
    parts = [part for part in np.array_split(np.argsort(above, kind="stable"), 10) if len(part)]
    return tuple(
        ReliabilityPoint(probability=round(float(above[p].mean()), 4), share=round(float(hits[p].mean()), 4), n=len(p))
        for p in parts
    )


def mean_of(values: Array) -> Measure:
    """The mean of the chosen rows."""
    return lambda rows: float(values[rows].mean()) if len(rows) else float("nan")


def _correlation(one: Array, other: Array) -> float:
    if len(one) < 3 or one.std() == 0 or other.std() == 0:
        return 0.0
    return round(float(np.corrcoef(one, other)[0, 1]), 4)
