"""Fits the grader's model on gold, and predicts each scenario with a model that never saw it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from agents.grader.aggregate import best_part, weighted_level
from agents.grader.attribution import Attribution
from agents.grader.features import NAMES
from agents.grader.index import Array, RubricIndex
from agents.grader.model import LEVELS, NOT_SHOWN, FittedModel, Line
from evals.grading.material import Material
from evals.grading.stages import DIGITS, fit_attribution, fit_choice, gram_of, quality_of, rounded, solve
from evals.grading.table import Table, build_table, part
from scenarios.rubric import Rubric

PENALTY = 10.0
COVERAGE = 0.9
OUTER, INNER = 3, 3
EXTRA_WEIGHT = 0.5


@dataclass(frozen=True)
class Gold:
    """Interviews to fit on and to be measured with, changed ones that are only fitted on, and the rubrics as vectors."""

    real: tuple[Material, ...]
    extra: tuple[Material, ...]
    rubrics: Mapping[str, RubricIndex]

    def without(self, scenarios: frozenset[str]) -> "Gold":
        """The interviews of the other scenarios."""
        real, extra = (tuple(item for item in some if item.case.scenario not in scenarios) for some in (self.real, self.extra))
        return Gold(real, extra, self.rubrics)


@dataclass(frozen=True)
class HeldOut:
    """Predictions for every row and interview by models that did not see its scenario."""

    probabilities: Array
    overall: Array
    half_width: Array
    deviation: Array
    holistic: Array


def fit_model(gold: Gold, rubrics: Mapping[str, Rubric]) -> FittedModel:
    """The model fitted on `gold`. What the levels are fitted on comes from parts that did not see the row's scenario."""
    names = sorted({item.case.scenario for item in gold.real})
    attribution = fit_attribution(gold.real)
    grams = {name: [gram_of(item) for item in (*gold.real, *gold.extra) if item.case.scenario == name] for name in names}
    blank = _blank(attribution, solve([item for name in names for item in grams[name]]))
    models = dict.fromkeys(names, blank)
    for fold in parts_of(names, INNER):
        other = [item for name in names if name not in fold for item in grams[name]]
        models |= dict.fromkeys(fold, _blank(attribution, solve(other))) if other else {}
    table = build_table(gold.real, gold.rubrics, models)
    extra = build_table(gold.extra, gold.rubrics, models) if gold.extra else None
    logits = _inner_logits(table, extra)
    spoken = np.asarray(table.x.any(axis=1))
    temperature = temperature_of(logits[spoken], table.y[spoken])
    probabilities = np.where(spoken[:, None], softmax(logits / temperature), NOT_SHOWN)
    known = np.array([case.overall for case in table.cases])
    mean, scale, weights, bias = _levels(table, extra, np.ones(len(table.cases), bool))
    return blank.model_copy(
        update={
            "mean": rounded(mean),
            "scale": rounded(scale),
            "weights": tuple(rounded(row) for row in weights),
            "bias": rounded(bias),
            "temperature": round(temperature, DIGITS),
            "dimension": fit_line(*raw_dimensions(table, probabilities, rubrics)),
            "overall": fit_line(raw_overall(table, probabilities, rubrics), known, case_weights(table)),
            "interviews": len(table.cases),
            "scenarios": tuple(names),
            "gold_sha256": sha256_of(table),
        }
    )


def fold_models(gold: Gold, rubrics: Mapping[str, Rubric], folds: int = OUTER) -> dict[str, FittedModel]:
    """For each scenario a model fitted without it (and without the few others of its fold)."""
    names = sorted({item.case.scenario for item in gold.real})
    models: dict[str, FittedModel] = {}
    for fold in parts_of(names, min(folds, len(names))):
        models |= dict.fromkeys(fold, fit_model(gold.without(frozenset(fold)), rubrics))
    return models


def hold_out(gold: Gold, rubrics: Mapping[str, Rubric], models: Mapping[str, FittedModel]) -> tuple[Table, HeldOut]:
    """Every interview predicted by the model of its scenario, which did not see it; temperatures and lines are that model's."""
    table = build_table(gold.real, gold.rubrics, models)
    probabilities = np.array(
        [models[str(name)].probabilities(row) for row, name in zip(table.x, table.scenario, strict=True)]
    ).reshape(-1, 5)
    raw = raw_overall(table, probabilities, rubrics)
    lines = [models[case.scenario].overall for case in table.cases]
    return table, HeldOut(
        probabilities,
        np.array([line.apply(level) for line, level in zip(lines, raw, strict=True)]),
        np.array([line.half_width for line in lines]),
        np.array([line.deviation for line in lines]),
        holistic(table),
    )


def parts_of(names: Sequence[str], count: int) -> list[list[str]]:
    """`names` dealt out to `count` folds, so that neighbours in the alphabet are apart."""
    return [fold for fold in (list(names[start::count]) for start in range(count)) if fold]


def _blank(attribution: Attribution, solved: Array) -> FittedModel:
    """A model with its first two parts, whose levels are not fitted yet."""
    width = len(NAMES)
    return FittedModel(
        attribution=attribution,
        quality=quality_of(solved),
        features=NAMES,
        mean=(0.0,) * width,
        scale=(1.0,) * width,
        weights=((0.0,) * width,) * 5,
        bias=(0.0,) * 5,
        temperature=1.0,
        dimension=Line(),
        overall=Line(),
        interviews=0,
        scenarios=(),
        gold_sha256="",
    )


def _levels(table: Table, extra: Table | None, chosen: NDArray[np.bool_]) -> tuple[Array, Array, Array, Array]:
    """Mean, scale, weights and bias fitted on the spoken rows of the chosen interviews and of their scenarios' extra ones."""
    mine = part(table, chosen)
    tables, heavy = [mine], [row_weights(mine)]
    if extra is not None:
        names = set(mine.scenarios)
        more = part(extra, np.array([case.scenario in names for case in extra.cases]))
        tables, heavy = [mine, more], [row_weights(mine), np.full(len(more.y), EXTRA_WEIGHT)]
    x, y = np.concatenate([item.x for item in tables]), np.concatenate([item.y for item in tables])
    spoken = x.any(axis=1)
    x, y, weights = x[spoken], y[spoken], np.concatenate(heavy)[spoken]
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    return mean, scale, *fit_choice((x - mean) / scale, y, weights, PENALTY)


def _inner_logits(table: Table, extra: Table | None) -> Array:
    """Logits of every row from levels fitted on other scenarios."""
    logits = np.zeros((len(table.y), 5))
    for fold in parts_of(sorted(set(table.scenarios)), INNER):
        tested = np.isin(table.scenarios, fold)
        if tested.all():
            tested = np.zeros(len(tested), bool)
        mean, scale, weights, bias = _levels(table, extra, ~tested)
        rows = np.isin(table.scenario, fold)
        logits[rows] = (table.x[rows] - mean) / scale @ weights.T + bias
    return logits


def holistic(table: Table, tested: Table | None = None, penalty: float = 1.0) -> Array:
    """The baseline that reads no criteria: ridge from the mean vector of all claims to the overall level, scenario held out."""
    tested = tested or table
    gold = np.array([case.overall for case in table.cases])
    found = np.zeros(len(tested.cases))
    for name in sorted(set(tested.scenarios)):
        other, mine = table.scenarios != name, tested.scenarios == name
        found[mine] = Ridge(alpha=penalty).fit(table.mean[other], gold[other]).predict(tested.mean[mine])
    return np.clip(found, 0, 4)


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
