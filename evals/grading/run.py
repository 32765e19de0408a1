"""Runs the grading eval on gold: composed interviews, and those written whole, each scenario predicted without having seen it."""

from collections.abc import Mapping, Sequence

from agents.encoder import SentenceEncoder
from evals.gold import GoldInterview, WholeInterview, compose_all, load_banks, load_whole
from evals.grading.agreement import AgreementReport, agreement
from evals.grading.fit import hold_out
from evals.grading.read import Dump, DumpTurn, to_interview
from evals.grading.table import build_table, corpus_encoder, indexes
from scenarios.loader import LIBRARY, load
from scenarios.scenario import Scenario

LEVEL_NUMBER = {"IC4": 1.0, "IC5": 2.0, "IC6": 3.0, "IC7": 4.0}
HELD_OUT = "every scenario graded by a model fitted on the composed interviews of the other scenarios"


def gold_scenarios() -> dict[str, Scenario]:
    """The scenarios that have a bank, or a whole interview, of gold."""
    names = {*load_banks(), *(item.scenario for item in load_whole())}
    return {name: load(LIBRARY / name) for name in sorted(names) if (LIBRARY / name).is_dir()}


def evaluate_gold() -> tuple[AgreementReport, ...]:
    """Agreement on composed gold, and (where there are any) on interviews written whole, which nothing was fitted on."""
    scenarios = gold_scenarios()
    rubrics = {name: scenario.rubric for name, scenario in scenarios.items()}
    composed = compose_all(scenarios, load_banks())
    encoder = corpus_encoder(composed)
    index = indexes(scenarios, encoder)
    table = build_table(composed, index, encoder)
    reports = [agreement(table, hold_out(table, rubrics), rubrics, source="composed interviews (synthetic)", split=HELD_OUT)]
    whole = whole_cases(load_whole(), scenarios, encoder)
    if whole:
        tested = build_table(whole, index, encoder)
        found = hold_out(table, rubrics, tested)
        reports.append(
            agreement(tested, found, rubrics, source="interviews written whole (synthetic), never fitted on", split=HELD_OUT)
        )
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
