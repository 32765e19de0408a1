"""The labelled questions are complete, name facts that exist, and are not the sheet's own questions again."""

from collections import Counter

import pytest

from agents.encoder import terms
from evals.facts.cases import DATA, FIT_SHEETS, MULTI, NOT_FACTS, SPLITS, load_labelled, load_outside
from scenarios.loader import LIBRARY, library_ids, load

CASES = load_labelled()
UNSEEN = {name: load_labelled(SPLITS[name]) for name in ("second", "test")}
SHEETS = {scenario: load(LIBRARY / scenario).facts for scenario in library_ids()}


def test_every_scenario_has_at_least_eighty_questions() -> None:
    counts = Counter(case.scenario for case in CASES)
    assert set(counts) == set(SHEETS)
    assert min(counts.values()) >= 80


def test_ids_are_unique_and_gold_names_facts_of_the_sheet() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case.gold) <= {fact.id for fact in SHEETS[case.scenario].facts}, case.id
        assert not (case.kind in NOT_FACTS and case.gold), case.id
        assert case.kind not in MULTI or len(case.gold) > 1, case.id


@pytest.mark.parametrize("scenario", sorted(SHEETS))
def test_questions_are_independent_of_the_authored_ones(scenario: str) -> None:
    sheet = SHEETS[scenario]
    authored = [question for fact in sheet.facts for question in fact.questions]
    authored += [question for topic in sheet.unknown for question in topic.questions]
    plain = {" ".join(terms(question)) for question in authored if len(terms(question)) > 3}
    own = [case for case in CASES if case.scenario == scenario]
    same = [case.id for case in own if " ".join(terms(case.question)) in plain]
    assert len(same) <= 0.03 * len(own), same


def test_opinion_rubric_and_injection_probes_are_sixty_or_more() -> None:
    assert sum(case.kind in {"opinion", "hostile"} for case in CASES) >= 60


@pytest.mark.parametrize("split", sorted(UNSEEN))
def test_a_test_split_asks_every_sheet_in_words_of_its_own(split: str) -> None:
    seen = {" ".join(terms(case.question)) for case in CASES if len(terms(case.question)) > 3}
    for sheet in SHEETS.values():
        asked = [question for fact in sheet.facts for question in fact.questions]
        asked += [question for topic in sheet.unknown for question in topic.questions]
        seen |= {" ".join(terms(question)) for question in asked if len(terms(question)) > 3}
    again = [case.id for case in UNSEEN[split] if " ".join(terms(case.question)) in seen]
    assert {case.scenario for case in UNSEEN[split]} == set(SHEETS)
    assert len(again) <= 0.02 * len(UNSEEN[split]), again
    assert not {case.id for case in UNSEEN[split]} & {case.id for case in CASES}


@pytest.mark.parametrize("split", sorted(UNSEEN))
def test_gold_of_a_test_split_names_facts_of_the_sheet(split: str) -> None:
    for case in UNSEEN[split]:
        assert set(case.gold) <= {fact.id for fact in SHEETS[case.scenario].facts}, case.id


def test_outside_sheets_are_whole_and_those_for_testing_are_others() -> None:
    folders = [FIT_SHEETS, *(DATA / "sheets" / split for split in SPLITS)]
    sheets = [load_outside(folder) for folder in folders]
    names = [{case.sheet_id for case in cases} for cases in sheets]
    assert sum(map(len, names)) == len(set[str | int | None]().union(*names))
    assert min(map(len, sheets)) >= 200
    assert all(case.asks is None and not case.unknown for case in load_outside(DATA / "sheets" / "test", bare=True))


def test_no_question_of_a_test_split_was_fitted_on() -> None:
    fitted = {" ".join(terms(case.question)) for case in load_outside(FIT_SHEETS)} | {" ".join(terms(c.question)) for c in CASES}
    asked = [case.question for cases in UNSEEN.values() for case in cases]
    asked += [case.question for name in ("second", "test") for case in load_outside(DATA / "sheets" / name)]
    again = [question for question in asked if len(terms(question)) > 3 and " ".join(terms(question)) in fitted]
    assert len(again) <= 0.01 * len(asked), again
