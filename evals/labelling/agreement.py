"""How far raters agree, who is severe, and the levels that remain when severity is taken out."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from evals.gold.cases import GoldInterview
from evals.grading.figures import Array, Figure, figure, icc, krippendorff, qwk
from scenarios.model import Model

FAR_APART = 2
ROUNDS = 50
PRIOR = 2.0  # ratings' worth of pull towards no severity, so that a rater with few labels is not judged on them


class Disagreement(Model):
    """A criterion on which raters are two levels or more apart."""

    interview: str
    criterion: str
    levels: dict[str, int]


class RaterAgreement(Model):
    """Agreement between raters over the criteria that at least two of them judged."""

    raters: int
    n: int
    qwk: Figure
    alpha: float | None
    icc: float | None
    severity: dict[str, float]
    disagreements: tuple[Disagreement, ...]


def between_raters(cases: Sequence[GoldInterview]) -> RaterAgreement:
    """All figures; `severity` is how many levels a rater gives below the others (negative: more generous)."""
    raters, items, table = ratings_table(cases)
    pairs = [
        (table[a, i], table[b, i], items[i][0])
        for a, b in combinations(range(len(raters)), 2)
        for i in range(len(items))
        if np.isfinite(table[[a, b], i]).all()
    ]
    one, other = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    effects = severity(table)
    return RaterAgreement(
        raters=len(raters),
        n=len(pairs),
        qwk=figure(lambda rows: qwk(one[rows], other[rows]), [p[2] for p in pairs]),
        alpha=_finite(krippendorff(table)) if pairs else None,
        icc=_finite(icc(table)) if pairs else None,
        severity={rater: round(float(value), 3) for rater, value in zip(raters, effects, strict=True)},
        disagreements=tuple(_disagreements(raters, items, table)),
    )


def severity(table: Array) -> Array:
    """Severity of each rater from the additive model level = item - severity, shrunk, by alternating least squares."""
    effects = np.zeros(len(table))
    if len(table) < 2:
        return effects
    seen = np.isfinite(table)
    for _ in range(ROUNDS):
        adjusted = np.where(seen, table + effects[:, None], 0.0)
        items = adjusted.sum(axis=0) / np.maximum(1, seen.sum(axis=0))
        residual = np.where(seen & (seen.sum(axis=0) > 1), items[None, :] - table, 0.0)
        counts = (seen & (seen.sum(axis=0) > 1)).sum(axis=1)
        effects = residual.sum(axis=1) / (counts + PRIOR)
        effects -= effects.mean()
    return effects


def severity_removed(cases: Sequence[GoldInterview]) -> Iterator[GoldInterview]:
    """The cases, human ones with the nearest whole level of the mean rating after each rater's severity is added back."""
    raters, _, table = ratings_table(cases)
    effects = dict(zip(raters, severity(table), strict=True))
    for case in cases:
        if not case.ratings:
            yield case
            continue
        sums: dict[str, list[float]] = {}
        for rating in case.ratings:
            for criterion, level in rating.levels.items():
                if level is not None:
                    sums.setdefault(criterion, []).append(level + effects[rating.rater])
        levels = {key: int(np.clip(np.floor(np.mean(values) + 0.5), 0, 4)) for key, values in sums.items()}
        yield case.model_copy(update={"levels": levels})


def ratings_table(cases: Sequence[GoldInterview]) -> tuple[list[str], list[tuple[str, str]], Array]:
    """Raters, items (interview, criterion), and the levels given (raters, items), nan where none."""
    raters = sorted({rating.rater for case in cases for rating in case.ratings})
    items = sorted({(case.id, criterion) for case in cases for rating in case.ratings for criterion in rating.levels})
    table = np.full((len(raters), len(items)), np.nan)
    row, column = {name: i for i, name in enumerate(raters)}, {item: i for i, item in enumerate(items)}
    for case in cases:
        for rating in case.ratings:
            for criterion, level in rating.levels.items():
                if level is not None:
                    table[row[rating.rater], column[case.id, criterion]] = level
    return raters, items, table


def _disagreements(raters: Sequence[str], items: Sequence[tuple[str, str]], table: Array) -> Iterator[Disagreement]:
    for i, (interview, criterion) in enumerate(items):
        given = {rater: int(level) for rater, level in zip(raters, table[:, i], strict=True) if np.isfinite(level)}
        if len(given) > 1 and max(given.values()) - min(given.values()) >= FAR_APART:
            yield Disagreement(interview=interview, criterion=criterion, levels=given)


def _finite(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None
