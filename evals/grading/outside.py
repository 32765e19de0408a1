"""Grades published human-scored answers with grouped cross-validation: `evals grading --data FILE.jsonl`."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GroupKFold

from agents.encoder import SentenceEncoder
from evals.grading.agreement import mean_of
from evals.grading.answers import describe
from evals.grading.figures import Array, Figure, Measure, figure, qwk
from evals.grading.fit import conformal
from scenarios.model import Model

FOLDS = 8
TREES = 200
SEED = 7
MAX_LEVELS = 61


class OutsideError(ValueError):
    """A data file that can't be used; the message is one line with file and line number."""


class AnswerCase(Model):
    """One human-scored answer; unknown fields are refused."""

    id: str | int
    question: str = ""
    reference: str | tuple[str, ...] | None = None
    answer: str
    score: float
    score2: float | None = None
    scale: tuple[float, float]
    group: str | int | None = None

    @model_validator(mode="after")
    def _on_scale(self) -> "AnswerCase":
        low, high = self.scale
        if not low < high:
            raise ValueError(f"scale must rise, but is [{low:g}, {high:g}]")
        for name, value in (("score", self.score), ("score2", self.score2)):
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} {value:g} is outside the scale [{low:g}, {high:g}]")
        return self

    @property
    def references(self) -> tuple[str, ...]:
        """The reference answers, none, one or many."""
        if self.reference is None:
            return ()
        items = (self.reference,) if isinstance(self.reference, str) else self.reference
        return tuple(item for item in items if item.strip())


class OutsideReport(Model):
    """Agreement with people on answers of groups that were left out; errors are on the scale of 0 to 1."""

    schema_version: Literal[1] = 1
    n: int
    groups: int
    grouped_by: Literal["group", "question", "none"]
    references: Literal["all", "some", "none"]
    qwk: Figure
    pearson: Figure
    rmse: Figure
    mae: Figure
    bias: Figure
    conformal_coverage: Figure
    conformal_width: Figure
    human: dict[str, Figure]
    baselines: dict[str, dict[str, Figure]]
    notes: tuple[str, ...] = Field(description="What to know when reading the figures.")


def load_cases(path: Path) -> tuple[AnswerCase, ...]:
    """Read JSONL; raises OutsideError naming line and field."""
    cases = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OutsideError(f"{path}: can't be read as UTF-8 text: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(AnswerCase.model_validate(json.loads(line)))
        except json.JSONDecodeError as error:
            raise OutsideError(f"{path}: line {number}: not valid JSON: {error}") from None
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "(whole)"
            raise OutsideError(f"{path}: line {number}: {where}: {first['msg'].removeprefix('Value error, ')}") from None
    if len(cases) < 10:
        raise OutsideError(f"{path}: holds {len(cases)} answers: cross-validation needs at least 10")
    return tuple(cases)


def evaluate(path: Path, encoder: SentenceEncoder) -> OutsideReport:
    """Load, cross-validate and report."""
    return report(load_cases(path), encoder)


def report(cases: Sequence[AnswerCase], encoder: SentenceEncoder) -> OutsideReport:
    """Cross-validated figures of our grader beside people and the baselines."""
    gold = np.array([_unit(case, case.score) for case in cases])
    groups, kind = group_names(cases)
    parts = describe([(case.question, case.references, case.answer) for case in cases], encoder)
    folds = _folds(groups, kind)
    found = predict(parts, gold, folds)
    levels = _levels(cases)
    resample = list(groups) if kind != "none" else [str(i) for i in range(len(cases))]
    ours = _figures(gold, found, _stretched(found, gold, folds), levels, resample)
    half = _half_widths(gold, found, folds)
    second = np.array([case.score2 is not None for case in cases])
    return OutsideReport(
        n=len(cases),
        groups=len(set(groups)),
        grouped_by=kind,
        references="all" if all(c.references for c in cases) else "some" if any(c.references for c in cases) else "none",
        **ours,
        conformal_coverage=figure(mean_of((np.abs(gold - found) <= half).astype(float)), resample),
        conformal_width=figure(mean_of(np.minimum(1, found + half) - np.maximum(0, found - half)), resample),
        human=_human(cases, gold, second, levels, resample),
        baselines=_baselines(cases, gold, groups, folds, levels, resample),
        notes=_notes(kind),
    )


def predict(parts: Mapping[str, Array], gold: Array, folds: Sequence[np.ndarray]) -> Array:
    """Held-out scores from 0 to 1: the mean of a ridge on features and embeddings, and of trees on the features."""
    found = np.zeros(len(gold))
    linear = np.column_stack([_standard(parts["features"]), parts["product"] * 8, parts["answer"] * 4])
    for test in folds:
        train = np.setdiff1d(np.arange(len(gold)), test)
        ridge = RidgeCV(alphas=(10.0, 30.0, 100.0, 300.0, 1000.0)).fit(linear[train], gold[train])
        trees = ExtraTreesRegressor(TREES, min_samples_leaf=3, max_features=0.4, random_state=SEED)
        trees.fit(parts["features"][train], gold[train])
        found[test] = (ridge.predict(linear[test]) + trees.predict(parts["features"][test])) / 2
    return np.clip(found, 0, 1)


def group_names(cases: Sequence[AnswerCase]) -> tuple[tuple[str, ...], Literal["group", "question", "none"]]:
    """What is left out together: the group, else the question, else (only one of them) single answers."""
    by_group = tuple(str(case.group) for case in cases)
    if all(case.group is not None for case in cases) and len(set(by_group)) > 1:
        return by_group, "group"
    by_question = tuple(case.question for case in cases)
    if len(set(by_question)) > 1:
        return by_question, "question"
    return tuple(str(number) for number in range(len(cases))), "none"


def _folds(groups: Sequence[str], kind: str) -> list[np.ndarray]:
    count = min(FOLDS, len(set(groups)))
    if kind == "none":
        return [np.array(part) for part in np.array_split(np.random.default_rng(SEED).permutation(len(groups)), count)]
    return [test for _, test in GroupKFold(count).split(np.zeros(len(groups)), groups=groups)]


def _unit(case: AnswerCase, score: float) -> float:
    low, high = case.scale
    return (score - low) / (high - low)


def _levels(cases: Sequence[AnswerCase]) -> int:
    """Number of steps on the scale for QWK: the finest step that people used, at most 61 levels."""
    steps = {round(_unit(case, value), 4) for case in cases for value in (case.score, case.score2) if value is not None}
    ordered = sorted(steps | {0.0, 1.0})
    gaps = [b - a for a, b in pairwise(ordered) if b - a > 1e-3]
    return int(min(MAX_LEVELS, max(2, round(1 / min(gaps)) + 1))) if gaps else 2


def _stretched(found: Array, gold: Array, folds: Sequence[np.ndarray]) -> Array:
    """Predictions with the spread of people's scores: a mean is drawn to the middle, which QWK punishes and RMSE does not."""
    out = np.zeros(len(found))
    for test in folds:
        train = np.setdiff1d(np.arange(len(found)), test)
        spread = gold[train].std() / max(1e-6, found[train].std())
        out[test] = gold[train].mean() + (found[test] - found[train].mean()) * min(spread, 2.5)
    return np.clip(out, 0, 1)


def _half_widths(gold: Array, found: Array, folds: Sequence[np.ndarray]) -> Array:
    """For each fold the conformal quantile of the held-out errors of all other folds."""
    half = np.zeros(len(gold))
    for test in folds:
        train = np.setdiff1d(np.arange(len(gold)), test)
        half[test] = conformal(np.abs(gold - found)[train])
    return half


def _figures(gold: Array, found: Array, rounded: Array, levels: int, groups: Sequence[str]) -> dict[str, Figure]:
    error = found - gold
    return {
        "qwk": figure(_kappa(gold, rounded, levels), groups),
        "pearson": figure(_pearson(gold, found), groups),
        "rmse": figure(lambda rows: float(np.sqrt((error[rows] ** 2).mean())) if len(rows) else float("nan"), groups),
        "mae": figure(mean_of(np.abs(error)), groups),
        "bias": figure(mean_of(error), groups),
    }


def _human(cases: Sequence[AnswerCase], gold: Array, second: np.ndarray, levels: int, groups: Sequence[str]) -> dict[str, Figure]:
    if not second.any():
        return {}
    other = np.array([_unit(case, case.score2) for case in cases if case.score2 is not None])
    return _figures(gold[second], other, other, levels, [group for group, has in zip(groups, second, strict=True) if has])


def _baselines(
    cases: Sequence[AnswerCase],
    gold: Array,
    groups: Sequence[str],
    folds: Sequence[np.ndarray],
    levels: int,
    resample: Sequence[str],
) -> dict[str, dict[str, Figure]]:
    length = np.log1p(np.array([len(case.answer.split()) for case in cases], float))
    by_length = np.zeros(len(gold))
    for test in folds:
        train = np.setdiff1d(np.arange(len(gold)), test)
        slope, intercept = np.polyfit(length[train], gold[train], 1) if length[train].std() > 0 else (0.0, gold[train].mean())
        by_length[test] = np.clip(slope * length[test] + intercept, 0, 1)
    names = np.array(groups)
    means = np.array([_mean_of_others(gold, np.flatnonzero(names == name), row) for row, name in enumerate(names)])
    found = {"length_only": by_length, "group_mean": means}
    return {
        name: _figures(gold, value, _stretched(value, gold, folds) if name == "length_only" else value, levels, resample)
        for name, value in found.items()
    }


def _mean_of_others(gold: Array, rows: np.ndarray, row: int) -> float:
    others = rows[rows != row]
    return float(gold[others].mean()) if len(others) else float(gold.mean())


def _kappa(gold: Array, found: Array, levels: int) -> Measure:
    return lambda rows: qwk(gold[rows] * (levels - 1), found[rows] * (levels - 1), levels)


def _pearson(gold: Array, found: Array) -> Measure:
    def measure(rows: np.ndarray) -> float:
        if len(rows) < 3 or gold[rows].std() == 0 or found[rows].std() == 0:
            return float("nan")
        return float(np.corrcoef(gold[rows], found[rows])[0, 1])

    return measure


def _standard(features: Array) -> Array:
    return np.asarray((features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-6))


def _notes(kind: str) -> tuple[str, ...]:
    notes = [
        "Errors, bias and interval width are in shares of the scale.",
        "QWK is taken after giving predictions the spread of the scores of the other folds; the other figures are not.",
        "group_mean knows the other scores of the answer's own group, which our grader does not.",
    ]
    if kind == "none":
        notes.append(
            "All answers share one question: folds are drawn at random, so that the figures say nothing about other questions."
        )
    return tuple(notes)
