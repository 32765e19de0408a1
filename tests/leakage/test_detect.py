"""The detector's short cuts change nothing that it decides."""

from itertools import pairwise

import pytest

from agents.encoder import packaged_encoder
from agents.record import Record
from evals.leakage.detect import NEAR, WINDOWS, Detector
from evals.leakage.labelled import FIT, load_turns
from evals.leakage.quality import with_opening
from evals.leakage.second import SecondScorer
from tests.leakage.conftest import NAME
from tests.noninterference.worlds import QuickEncoder, scenario_of


def test_a_bound_stands_only_for_scores_below_it() -> None:
    scenario = scenario_of(NAME)
    scorer = SecondScorer(scenario.facts, scenario.reference, packaged_encoder())
    turns = [turn for turn in load_turns(FIT) if turn.scenario == NAME][:40]
    bounded = 0
    for turn in turns:
        context = with_opening(turn, scenario)
        exact = scorer.scores(turn.turn, context, frozenset())
        quick = scorer.scores(turn.turn, context, frozenset(), exact_from=NEAR)
        for kind, (score, secret) in quick.items():
            assert secret == exact[kind][1]
            if score >= NEAR:
                assert score == exact[kind][0]
            else:
                assert exact[kind][0] <= score + 1e-9
                bounded += score != exact[kind][0]
    assert bounded > 0


@pytest.mark.parametrize("size", WINDOWS)
def test_windows_of_one_size_lie_side_by_side(record: Record, size: int) -> None:
    found = [turn for turn in Detector(scenario_of(NAME), QuickEncoder()).scored(record) if turn.speaker == "interviewer"]
    ends = [place for place, turn in enumerate(found) if size in turn.told_together]
    assert all(later - earlier == size for earlier, later in pairwise(ends))
    assert len(ends) >= len(found) // size - 1


def test_the_same_session_always_has_the_same_windows(record: Record) -> None:
    first, second = (
        [turn.told_together for turn in Detector(scenario_of(NAME), QuickEncoder()).scored(record)] for _ in range(2)
    )
    assert first == second
