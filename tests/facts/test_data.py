"""The labelled questions are complete, name facts that exist, and are not the sheet's own questions again."""

from collections import Counter

import pytest

from agents.encoder import terms
from evals.facts.cases import DATA, MULTI, NOT_FACTS, TEST, load_labelled, load_outside
from scenarios.loader import LIBRARY, library_ids, load

CASES = load_labelled()
UNSEEN = load_labelled(TEST)
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


def test_the_test_split_asks_every_sheet_in_words_of_its_own() -> None:
    seen = {" ".join(terms(case.question)) for case in CASES if len(terms(case.question)) > 3}
    for sheet in SHEETS.values():
        asked = [question for fact in sheet.facts for question in fact.questions]
        asked += [question for topic in sheet.unknown for question in topic.questions]
        seen |= {" ".join(terms(question)) for question in asked if len(terms(question)) > 3}
    again = [case.id for case in UNSEEN if " ".join(terms(case.question)) in seen]
    assert {case.scenario for case in UNSEEN} == set(SHEETS)
    assert len(again) <= 0.02 * len(UNSEEN), again
    assert not {case.id for case in UNSEEN} & {case.id for case in CASES}


def test_gold_of_the_test_split_names_facts_of_the_sheet() -> None:
    for case in UNSEEN:
        assert set(case.gold) <= {fact.id for fact in SHEETS[case.scenario].facts}, case.id


def test_outside_sheets_are_whole_and_those_for_testing_are_others() -> None:
    tuned, unseen = (load_outside(DATA / "sheets" / split) for split in ("development", "test"))
    assert not {case.sheet_id for case in tuned} & {case.sheet_id for case in unseen}
    assert min(len(tuned), len(unseen)) >= 200
    assert all(case.asks is None and not case.unknown for case in load_outside(DATA / "sheets" / "test", bare=True))
