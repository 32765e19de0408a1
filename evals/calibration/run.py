"""Makes a calibration from gold interviews: planted ones, people's labels, or both, reported apart."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np

from agents.encoder import SentenceEncoder
from agents.grader.calibration import IMPLEMENTATION, CalibrationArtifact, Method, fingerprint, model_name
from agents.grader.model import LEVELS, FittedModel, packaged_model
from evals.calibration.maps import Rows, compare, correct, fit_groups
from evals.gold import GoldError, GoldInterview, load_banks, read_gold
from evals.grading.figures import Array, calibration_error, qwk
from evals.grading.fit import Gold, fit_line, fold_models, raw_overall
from evals.grading.material import materials
from evals.grading.table import Table, build_table, indexes, joined
from evals.labelling.agreement import RaterAgreement, between_raters, severity_removed
from scenarios.rubric import Rubric
from scenarios.scenario import Scenario

MIN_INTERVIEWS, MIN_RATERS, MIN_QWK = 30, 2, 0.67
HUMAN_WEIGHT = 3
MIN_SCENARIOS = 5


def calibrate(
    gold: Path,
    scenarios: Mapping[str, Scenario],
    encoder: SentenceEncoder,
    *,
    out: Path | None = None,
    now: datetime | None = None,
) -> CalibrationArtifact:
    """Fit on the gold interviews at `gold`; writes the artifact to `out`. Raises GoldError if the file can't be used.

    Interviews of the kind that the grader was fitted on are predicted by a grader that did not see their scenario. A human
    label counts three times: its map is what people would say, a planted one is synthetic.
    """
    cases = tuple(severity_removed(case_list(gold, scenarios)))
    human = between_raters(cases)
    status, missing = gate(cases, human)
    model = packaged_model()
    if model is None:
        raise GoldError("the grader's fitted model is missing: run python -m evals.grading.run")
    index = indexes({name: scenarios[name] for name in {case.scenario for case in cases}}, encoder)
    rubrics = {name: scenario.rubric for name, scenario in scenarios.items()}
    gold_parts = Gold(materials(cases, index, encoder, load_banks()), (), index)
    table, probabilities = _predicted(gold_parts, rubrics, model)
    rows = _rows(table, probabilities, scenarios)
    losses = compare(rows)
    method: Method = min(losses, key=lambda name: losses[name])
    groups = fit_groups(_weighted(rows, table), method)
    corrected = correct(groups, rows)
    raw = raw_overall(table, corrected, rubrics)
    known = np.array([case.overall for case in table.cases])
    cases = table.cases
    artifact = CalibrationArtifact(
        id=_id(gold, losses),
        fingerprint=fingerprint(1, model),
        implementation=IMPLEMENTATION,
        model=model_name(),
        rubric_schema=1,
        status=status,
        missing=missing,
        planted=sum(case.origin != "human" for case in cases),
        human=sum(case.origin == "human" for case in cases),
        raters=human.raters,
        scope=_scope(cases),
        date=(now or datetime.now(UTC)).date().isoformat(),
        method=method,
        groups=groups,
        overall=fit_line(raw, known) if len(cases) > MIN_INTERVIEWS // 3 else model.overall,
        figures=_figures(table, rows, corrected, losses, human),
    )
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(artifact.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return artifact


def case_list(gold: Path, scenarios: Mapping[str, Scenario]) -> tuple[GoldInterview, ...]:
    """The interviews at `gold`; raises GoldError if there are none or one is about an unknown scenario."""
    if not gold.is_file():
        raise GoldError(f"{gold}: no such file")
    cases = tuple(read_gold(gold))
    if not cases:
        raise GoldError(f"{gold}: holds no interview")
    for case in cases:
        if case.scenario not in scenarios:
            raise GoldError(f"{gold}: interview '{case.id}': unknown scenario '{case.scenario}'")
        if not case.levels and not case.ratings:
            raise GoldError(f"{gold}: interview '{case.id}': has neither levels nor ratings")
    return cases


def gate(cases: Sequence[GoldInterview], human: RaterAgreement) -> tuple[Literal["calibrated", "provisional"], tuple[str, ...]]:
    """'calibrated' or 'provisional', and what is missing for the former."""
    missing = []
    if len(cases) < MIN_INTERVIEWS:
        missing.append(f"{MIN_INTERVIEWS - len(cases)} more interviews ({len(cases)} of {MIN_INTERVIEWS})")
    labelled = sum(case.origin == "human" for case in cases)
    if len(cases) >= MIN_INTERVIEWS > labelled:
        more = f"{MIN_INTERVIEWS - labelled} more interviews labelled by people ({labelled} of {MIN_INTERVIEWS})"
        missing.append(f"{more}: planted ones are synthetic")
    if labelled and human.raters < MIN_RATERS:
        missing.append(f"a second rater ({human.raters} of {MIN_RATERS})")
    elif labelled and (human.qwk.value is None or human.qwk.value < MIN_QWK):
        missing.append(f"agreement between raters of QWK {MIN_QWK} (now {human.qwk.value})")
    return ("provisional" if missing else "calibrated"), tuple(missing)


def _predicted(gold: Gold, rubrics: Mapping[str, Rubric], model: FittedModel) -> tuple[Table, Array]:
    """Rows and probabilities: held out for what the model may have been fitted on, its own for human interviews."""
    planted = tuple(item for item in gold.real if item.case.origin != "human")
    human = tuple(item for item in gold.real if item.case.origin == "human")
    models = dict.fromkeys(gold.rubrics, model)
    names = {item.case.scenario for item in planted if item.case.origin == "composed"}
    held_out = fold_models(Gold(planted, (), gold.rubrics), rubrics) if len(names) >= MIN_SCENARIOS else {}
    tables = [
        (build_table(some, gold.rubrics, chosen), chosen)
        for some, chosen in ((planted, models | held_out), (human, models))
        if some
    ]
    found = [
        chosen[str(name)].probabilities(x) for table, chosen in tables for x, name in zip(table.x, table.scenario, strict=True)
    ]
    return joined([table for table, _ in tables]), np.array(found)


def _rows(table: Table, probabilities: Array, scenarios: Mapping[str, Scenario]) -> Rows:
    homes = {name: {item.id: item.dimension for item in scenario.rubric.criteria} for name, scenario in scenarios.items()}
    dimension = np.array([homes[str(s)][c] for s, c in zip(table.scenario, table.criterion, strict=True)])
    return Rows(probabilities, table.y.astype(float), dimension, table.case)


def _weighted(rows: Rows, table: Table) -> Rows:
    human = np.array([table.cases[number].origin == "human" for number in rows.interview], bool)
    times = np.where(human, HUMAN_WEIGHT if (~human).any() else 1, 1)
    return rows.some(np.repeat(np.arange(len(rows.levels)), times))


def _scope(cases: Sequence[GoldInterview]) -> str:
    human = sum(case.origin == "human" for case in cases)
    planted = len(cases) - human
    names = sorted({case.scenario for case in cases})
    where = ", ".join(names) if len(names) <= 3 else f"{len(names)} scenarios"
    return f"{planted} synthetic and {human} human-labelled interviews, {where}"


def _id(gold: Path, losses: Mapping[Method, float]) -> str:
    return f"cal-{sha256(gold.read_bytes() + repr(sorted(losses.items())).encode()).hexdigest()[:12]}"


def _figures(
    table: Table, rows: Rows, corrected: Array, losses: Mapping[Method, float], human: RaterAgreement
) -> dict[str, float | None]:
    figures: dict[str, float | None] = {f"loss_{name}": round(value, 5) for name, value in losses.items()}
    for origin in ("planted", "human"):
        mask = np.array([(table.cases[number].origin == "human") == (origin == "human") for number in rows.interview], bool)
        figures[f"n_ratings_{origin}"] = int(mask.sum())
        if mask.any():
            value = qwk(rows.levels[mask], corrected[mask] @ LEVELS)
            figures[f"qwk_{origin}"] = round(value, 4) if np.isfinite(value) else None
            above = np.cumsum(corrected[mask][:, ::-1], axis=1)[:, ::-1][:, 1:]
            hits = (rows.levels[mask][:, None] >= np.arange(1, 5)[None, :]).astype(float)
            figures[f"calibration_error_{origin}"] = round(calibration_error(above.ravel(), hits.ravel()), 4)
    figures["qwk_between_raters"] = human.qwk.value
    figures["alpha_between_raters"] = human.alpha
    return figures
