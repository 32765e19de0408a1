"""Composed gold is reproducible, true to its plan, and as long for weak candidates as for strong ones."""

import numpy as np
import pytest

from evals.gold import compose, compose_all, load_banks, load_whole, read_gold, write_gold
from evals.gold.compose import PLAN
from evals.gold.profiles import KINDS
from scenarios.loader import LIBRARY, load
from tests.grader.small import bank, scenario

BANKS = load_banks()


def test_the_same_seed_composes_the_same_interviews() -> None:
    assert list(compose(scenario(), bank(), 3)) == list(compose(scenario(), bank(), 3))
    assert list(compose(scenario(), bank(), 3)) != list(compose(scenario(), bank(), 4))


def test_every_level_is_the_level_of_the_answer_spoken() -> None:
    for case in compose(scenario(), bank()):
        said = "\n".join(turn.text for turn in case.turns if turn.speaker == "candidate")
        for criterion, level in case.levels.items():
            texts = [answer.text for answer in bank().answers if answer.criterion == criterion and answer.level == level]
            assert (level == 0) == (not texts)
            assert level == 0 or any(text in said for text in texts)


def test_every_kind_is_planned() -> None:
    assert {kind for kind, _ in PLAN} == set(KINDS)


def test_turns_alternate_in_order_and_the_clock_runs() -> None:
    case = next(iter(compose(scenario(), bank())))
    assert [turn.index for turn in case.turns] == list(range(len(case.turns)))
    assert all(a.at <= b.at for a, b in zip(case.turns, case.turns[1:], strict=False))
    assert {turn.phase for turn in case.turns} == {"clarify", "design", "deep_dive", "evaluate"}


def test_gold_survives_the_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    cases = tuple(compose(scenario(), bank()))[:2]
    write_gold(path, cases)
    assert tuple(read_gold(path)) == cases


@pytest.mark.skipif(len(BANKS) < 4, reason="too few banks to tell")
def test_length_does_not_track_level() -> None:
    cases = compose_all({name: load(LIBRARY / name) for name in BANKS}, BANKS)
    level, length = np.array([case.overall for case in cases]), np.array([case.words for case in cases])
    assert abs(np.corrcoef(level, length)[0, 1]) < 0.15


def test_banks_name_only_criteria_of_their_rubric() -> None:
    for name, found in BANKS.items():
        ids = {item.id for item in load(LIBRARY / name).rubric.criteria}
        assert {answer.criterion for answer in found.answers} <= ids, name


def test_whole_interviews_name_only_criteria_of_their_rubric() -> None:
    for case in load_whole():
        ids = {item.id for item in load(LIBRARY / case.scenario).rubric.criteria}
        assert set(case.levels) <= ids, case.id
