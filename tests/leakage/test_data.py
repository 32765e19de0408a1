"""Turns that the guard was fitted on are not those that measure it, and leaks are not found by the guard itself."""

import re
from collections.abc import Iterable

import pytest

from agents.encoder import packaged_encoder
from agents.guard import artefact as guard_artefact
from evals.leakage.cases import SOURCES
from evals.leakage.labelled import DEVELOPMENT, FIT, HARD, MORE, SECOND, TEST, LabelledTurn, load_turns, transcript_of
from evals.leakage.second import SecondScorer
from tests.noninterference.worlds import scenario_of

RUN = 8
_WORD = re.compile(r"[a-z0-9']+")


def runs(turns: Iterable[LabelledTurn]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for turn in turns:
        words = _WORD.findall(turn.turn.lower())
        found |= {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
    return found


def test_the_guard_is_fitted_on_the_files_that_say_so() -> None:
    assert set(SOURCES) == {FIT, DEVELOPMENT, HARD, MORE, SECOND}
    assert TEST not in SOURCES


@pytest.mark.skipif(not TEST.is_file(), reason="the blind turns are not here")
def test_no_blind_turn_shares_a_run_of_words_with_a_fitted_one() -> None:
    blind = load_turns(TEST)
    fitted = [turn for path in SOURCES for turn in load_turns(path)]
    assert {turn.turn for turn in blind}.isdisjoint(turn.turn for turn in fitted)
    assert len(runs(blind) & runs(fitted)) <= 0.01 * len(runs(blind))


def test_the_second_scorer_finds_leaks_without_anything_that_the_guard_has_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("the guard's figures were read")

    monkeypatch.setattr(guard_artefact, "packaged_artefact", refuse)
    scenario = scenario_of("firearms-marketplace")
    scorer = SecondScorer(scenario.facts, scenario.reference, packaged_encoder())
    before = transcript_of([("interviewer", scenario.brief.opening), ("candidate", "I'd start with a classifier.")])
    told = scorer.scores("Keep in mind that we have 40 GPUs for serving.", before, frozenset())
    named = scorer.scores("How would you train with focal loss?", before, frozenset())
    asked = scorer.scores("What would you look at next?", before, frozenset())
    assert told["fact"][0] >= scorer.threshold
    assert named["approach"][0] >= scorer.threshold
    assert max(score for score, _ in asked.values()) < scorer.threshold
