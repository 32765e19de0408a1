"""Measures the grader on gold, each scenario held out; `python -m evals.grading.run` fits it on all gold, writes the model."""

from collections.abc import Mapping, Sequence

import numpy as np

from agents.encoder import SentenceEncoder
from agents.grader.model import MODEL_FILE
from evals.gold import GoldInterview, WholeInterview, compose_all, load_banks, load_whole
from evals.grading.agreement import AgreementReport, agreement
from evals.grading.fit import Gold, HeldOut, fit_model, fold_models, hold_out
from evals.grading.material import materials, respoken, thinned
from evals.grading.read import Dump, DumpTurn, to_interview
from evals.grading.table import Table, corpus_encoder, indexes, part
from scenarios.loader import LIBRARY, load
from scenarios.rubric import Rubric
from scenarios.scenario import Scenario

LEVEL_NUMBER = {"IC4": 1.0, "IC5": 2.0, "IC6": 3.0, "IC7": 4.0}
HELD_OUT = "every scenario graded by a model fitted on the other scenarios"
NAMES = {"composed": "composed interviews (synthetic)", "whole": "interviews written whole (synthetic)"}


def gold_scenarios() -> dict[str, Scenario]:
    """The scenarios that have a bank, or a whole interview, of gold."""
    names = {*load_banks(), *(item.scenario for item in load_whole())}
    return {name: load(LIBRARY / name) for name in sorted(names) if (LIBRARY / name).is_dir()}


def load_gold() -> tuple[Gold, dict[str, Rubric]]:
    """All gold interviews as material, with two changed versions of the composed ones to fit on, and the rubrics."""
    scenarios, banks = gold_scenarios(), load_banks()
    composed = compose_all(scenarios, banks)
    changed = (*respoken(composed[::3]), *thinned(composed[1::3], banks))
    encoder = corpus_encoder((*composed, *changed))
    cases = (*composed, *whole_cases(load_whole(), scenarios, encoder))
    rubrics = indexes(scenarios, encoder)
    gold = Gold(materials(cases, rubrics, encoder, banks), materials(changed, rubrics, encoder, banks), rubrics)
    return gold, {name: item.rubric for name, item in scenarios.items()}


def evaluate_gold() -> tuple[AgreementReport, ...]:
    """Agreement on composed interviews and on those written whole, apart, each scenario held out; takes some minutes."""
    gold, rubrics = load_gold()
    return reports_of(*hold_out(gold, rubrics, fold_models(gold, rubrics)), rubrics)


def reports_of(table: Table, found: HeldOut, rubrics: Mapping[str, Rubric]) -> tuple[AgreementReport, ...]:
    """One report for each origin of interviews."""
    reports = []
    for origin, name in NAMES.items():
        chosen = np.array([case.origin == origin for case in table.cases])
        if chosen.any():
            some = HeldOut(
                found.probabilities[chosen[table.case]],
                found.overall[chosen],
                found.half_width[chosen],
                found.deviation[chosen],
                found.holistic[chosen],
            )
            reports.append(agreement(part(table, chosen), some, rubrics, source=name, split=HELD_OUT))
    return tuple(reports)


def whole_cases(
    items: Sequence[WholeInterview], scenarios: Mapping[str, Scenario], encoder: SentenceEncoder
) -> tuple[GoldInterview, ...]:
    """Interviews written whole as gold cases, read the way that `interview grade FILE` reads them."""
    found = []
    for item in items:
        if item.scenario not in scenarios:
            continue
        turns = tuple(DumpTurn(speaker=turn.speaker, text=turn.text) for turn in item.turns)
        dump = Dump(id=item.id, scenario=item.scenario, turns=turns)
        interview = to_interview(dump, scenarios[item.scenario].brief, encoder)
        found.append(
            GoldInterview(
                id=item.id,
                scenario=item.scenario,
                author=item.author,
                origin="whole",
                kind=item.kind,
                levels=item.levels,
                overall=LEVEL_NUMBER[item.overall],
                turns=interview.turns,
            )
        )
    return tuple(found)


def main() -> None:
    """Fit on all gold and write the model beside the grader."""
    model = fit_model(*load_gold())
    beside = MODEL_FILE.with_suffix(".tmp")
    beside.write_text(model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    beside.replace(MODEL_FILE)


if __name__ == "__main__":
    main()
