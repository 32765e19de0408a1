"""Fits the grader's model on gold, and predicts each scenario with a model that never saw it."""

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold

from agents.grader.aggregate import best_part, weighted_level
from agents.grader.features import NAMES
from agents.grader.index import Array
from agents.grader.model import LEVELS, NOT_SHOWN, FittedModel, Line
from evals.grading.table import Table
from scenarios.rubric import Rubric

STRENGTH = 0.1
DEPTH_PENALTY = 2.0
COVERAGE = 0.9
DIGITS = 5


@dataclass(frozen=True)
class Core:
    """The classifier of one fit: standardisation, weights, and the direction of depth."""

    mean: Array
    scale: Array
    weights: Array
    bias: Array
    depth: Array
    depth_bias: float

    def logits(self, x: Array, pooled: Array) -> Array:
        """Logits (rows, 5)."""
        full = np.column_stack([x, pooled @ self.depth + self.depth_bias])
        return np.asarray((full - self.mean) / self.scale @ self.weights.T + self.bias)


Cores = Mapping[str, Core]


@dataclass(frozen=True)
class HeldOut:
    """Predictions for every row and interview by models that did not see its scenario."""

    probabilities: Array
    overall: Array
    half_width: Array
    deviation: Array
    holistic: Array


def fit_core(table: Table, rows: NDArray[np.int64], *, folds: int = 4) -> Core:
    """Fit on `rows`; the depth score of each training row comes from a ridge that did not see its scenario."""
    rows = rows[table.x[rows].any(axis=1)]
    x, pooled, y, groups = table.x[rows], table.pooled[rows], table.y[rows], table.scenario[rows]
    inner = np.zeros(len(rows))
    splits = min(folds, len(set(groups)))
    if splits < 2:
        groups = np.array(table.criterion)[rows]
        splits = folds
    for train, test in GroupKFold(splits).split(x, y, groups):
        inner[test] = Ridge(alpha=DEPTH_PENALTY).fit(pooled[train], y[train]).predict(pooled[test])
    depth = Ridge(alpha=DEPTH_PENALTY).fit(pooled, y)
    full = np.column_stack([x, inner])
    mean, scale = full.mean(axis=0), np.maximum(full.std(axis=0), 1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
        model.fit((full - mean) / scale, y, sample_weight=row_weights(table)[rows])
    weights, bias = np.zeros((5, full.shape[1])), np.full(5, -20.0)
    weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return Core(mean, scale, weights, bias, np.asarray(depth.coef_), float(depth.intercept_))


def hold_out(table: Table, rubrics: Mapping[str, Rubric], cores: Cores, tested: Table | None = None) -> HeldOut:
    """Predict every scenario of `tested` (the table itself unless given) with what was fitted on the other scenarios of `table`.

    Temperature and lines come from held-out predictions of the other scenarios.
    """
    own = held_out_logits(table, cores)
    spoken = np.asarray(table.x.any(axis=1))
    tested = tested or table
    logits = own if tested is table else held_out_logits(tested, cores)
    heavy = case_weights(table)
    probabilities, lines = np.zeros_like(logits), {}
    gold = np.array([case.overall for case in table.cases])
    for name in sorted(set(tested.scenario)):
        other = spoken & (table.scenario != name)
        temperature = temperature_of(own[other], table.y[other])
        probabilities[tested.scenario == name] = softmax(logits[tested.scenario == name] / temperature)
        others = np.flatnonzero(table.scenarios != name)
        calm = np.where(spoken[:, None], softmax(own / temperature), NOT_SHOWN)
        lines[name] = fit_line(raw_overall(table, calm, rubrics)[others], gold[others], heavy[others])
    probabilities[~tested.x.any(axis=1)] = NOT_SHOWN
    raw = raw_overall(tested, probabilities, rubrics)
    mine = [lines[case.scenario] for case in tested.cases]
    return HeldOut(
        probabilities,
        np.array([line.apply(level) for line, level in zip(mine, raw, strict=True)]),
        np.array([line.half_width for line in mine]),
        np.array([line.deviation for line in mine]),
        holistic(table, tested),
    )


def holistic(table: Table, tested: Table | None = None, penalty: float = 1.0) -> Array:
    """The baseline that reads no criteria: ridge from the mean vector of all claims to the overall level, scenario held out."""
    tested = tested or table
    gold = np.array([case.overall for case in table.cases])
    found = np.zeros(len(tested.cases))
    for name in sorted(set(tested.scenarios)):
        other, mine = table.scenarios != name, tested.scenarios == name
        found[mine] = Ridge(alpha=penalty).fit(table.mean[other], gold[other]).predict(tested.mean[mine])
    return np.clip(found, 0, 4)


def fit_model(table: Table, held_out_logits: Array, rubrics: Mapping[str, Rubric], gold_sha256: str) -> FittedModel:
    """The model fitted on everything, with temperature and lines from held-out predictions."""
    core = fit_core(table, np.arange(len(table.y)))
    spoken = np.asarray(table.x.any(axis=1))
    temperature = temperature_of(held_out_logits[spoken], table.y[spoken])
    probabilities = np.where(spoken[:, None], softmax(held_out_logits / temperature), NOT_SHOWN)
    gold = np.array([case.overall for case in table.cases])
    raw, known = raw_dimensions(table, probabilities, rubrics)
    return FittedModel(
        features=NAMES,
        mean=_rounded(core.mean),
        scale=_rounded(core.scale),
        weights=tuple(_rounded(row) for row in core.weights),
        bias=_rounded(core.bias),
        depth=_rounded(core.depth),
        depth_bias=round(core.depth_bias, DIGITS),
        temperature=round(temperature, DIGITS),
        dimension=fit_line(raw, known),
        overall=fit_line(raw_overall(table, probabilities, rubrics), gold, case_weights(table)),
        interviews=len(table.cases),
        scenarios=tuple(sorted(set(table.scenario))),
        gold_sha256=gold_sha256,
    )


def fit_cores(table: Table) -> Cores:
    """For each scenario a core fitted on all the others."""
    return {str(name): fit_core(table, np.flatnonzero(table.scenario != name)) for name in sorted(set(table.scenario))}


def held_out_logits(tested: Table, cores: Cores) -> Array:
    """Logits of every row of `tested` by the core that did not see its scenario."""
    logits = np.zeros((len(tested.y), 5))
    for name in sorted(set(tested.scenario)):
        mine = tested.scenario == name
        logits[mine] = cores[str(name)].logits(tested.x[mine], tested.pooled[mine])
    return logits


def raw_overall(table: Table, probabilities: Array, rubrics: Mapping[str, Rubric]) -> Array:
    """Overall level of each interview from the expected levels of its criteria, before the fitted line."""
    expected = probabilities @ LEVELS
    found = np.zeros(len(table.cases))
    for number, case in enumerate(table.cases):
        levels = {table.criterion[row]: float(expected[row]) for row in np.flatnonzero(table.case == number)}
        level = weighted_level(rubrics[case.scenario], levels)
        found[number] = level[0] if level else 0.0
    return found


def raw_dimensions(table: Table, probabilities: Array, rubrics: Mapping[str, Rubric]) -> tuple[Array, Array]:
    """Expected and known level of every dimension of every interview."""
    expected, raw, known = probabilities @ LEVELS, [], []
    for number, case in enumerate(table.cases):
        rubric = rubrics[case.scenario]
        for dimension in rubric.dimensions:
            weights = {item.id: item.weight for item in rubric.criteria if item.dimension == dimension.id}
            rows = [row for row in np.flatnonzero(table.case == number) if table.criterion[row] in weights]
            if rows:
                share = [weights[table.criterion[row]] for row in rows]
                raw.append(best_part(list(zip(share, expected[rows].tolist(), strict=True))))
                known.append(best_part(list(zip(share, table.y[rows].tolist(), strict=True))))
    return np.array(raw), np.array(known)


def fit_line(raw: Array, gold: Array, weights: Array | None = None) -> Line:
    """Least squares from the mean of criteria to the known level; the half width is the conformal quantile of its errors."""
    heavy = np.ones(len(raw)) if weights is None else weights
    slope, intercept = np.polyfit(raw, gold, 1, w=np.sqrt(heavy)) if len(raw) > 2 else (1.0, 0.0)
    error = np.abs(gold - np.clip(slope * raw + intercept, 0, 4))
    return Line(
        slope=round(float(slope), DIGITS),
        intercept=round(float(intercept), DIGITS),
        deviation=round(float(np.sqrt(np.average(error**2, weights=heavy))), DIGITS),
        half_width=round(conformal(error, weights=heavy), DIGITS),
    )


def conformal(error: Array, coverage: float = COVERAGE, weights: Array | None = None) -> float:
    """The finite-sample quantile of absolute errors (Vovk, Gammerman and Shafer 2005), weighted if `weights` are given."""
    if not len(error):
        return 4.0
    heavy = np.ones(len(error)) if weights is None else weights
    order = np.argsort(error, kind="stable")
    share = np.cumsum(heavy[order]) / (heavy.sum() + heavy.mean())
    return float(error[order][min(int(np.searchsorted(share, coverage)), len(error) - 1)])


def case_weights(table: Table) -> Array:
    """Interviews written whole count as much, all together, as composed ones do: people sit whole interviews."""
    whole = np.array([case.origin != "composed" for case in table.cases])
    if not whole.any() or whole.all():
        return np.ones(len(whole))
    return np.where(whole, (~whole).sum() / whole.sum(), 1.0)


def row_weights(table: Table) -> Array:
    """Weights of the ratings: as for interviews, but at most four for one."""
    return np.minimum(4.0, case_weights(table))[table.case]


def temperature_of(logits: Array, y: NDArray[np.int64]) -> float:
    """The divisor of the logits with the smallest log loss, from a grid."""
    grid = np.linspace(0.6, 2.5, 39)
    losses = [-np.log(softmax(logits / value)[np.arange(len(y)), y] + 1e-9).mean() for value in grid]
    return float(grid[int(np.argmin(losses))])


def softmax(logits: Array) -> Array:
    """Rows that add up to 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def sha256_of(table: Table) -> str:
    """Hash of the gold texts and levels."""
    document = json.dumps([case.model_dump(mode="json") for case in table.cases], sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(value), DIGITS) for value in values)
