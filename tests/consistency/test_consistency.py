"""The consistency eval passes a steady grader and catches graders made unsteady on purpose."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pytest

from agents.dialogue import Transcript
from agents.grader import Interview
from agents.record import Note
from agents.scorecard import CriterionScore, DimensionScore, OverallScore, Scorecard
from evals.consistency.moves import moves
from evals.consistency.perturb import perturbations, talk
from evals.consistency.recovery import Known, recovery
from evals.consistency.run import ConsistencyReport, ConsistencyRun
from evals.gold import GoldInterview, compose
from scenarios.names import LEVELS
from scenarios.scenario import Scenario
from tests.grader.small import bank, scenario

Bend = Callable[[dict[str, float], Interview], dict[str, float]]


def _straight(levels: dict[str, float], _interview: Interview) -> dict[str, float]:
    return levels


@dataclass
class PlantReader:
    """Reads the planted levels off the answers' own words, then bends them as told."""

    scenario: Scenario
    bend: Bend = field(default=_straight)

    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        return ()

    async def grade(self, interview: Interview) -> Scorecard:
        said = " ".join(turn.text.lower() for turn in interview.turns if turn.speaker == "candidate")
        heard = frozenset(re.findall(r"\w{5,}", said))
        levels = dict.fromkeys([item.id for item in self.scenario.rubric.criteria], 0.0)
        for criterion, level, words in planted():
            if len(words & heard) / len(words) > 0.9:
                levels[criterion] = max(levels[criterion], level)
        levels = self.bend(levels, interview)
        scores = tuple(
            CriterionScore(
                id=item.id,
                dimension=item.dimension,
                level=float(np.clip(levels[item.id], 0, 4)),
                status="scored",
                reason="planted",
            )
            for item in self.scenario.rubric.criteria
        )
        mean = float(np.clip(np.mean([score.level or 0 for score in scores]), 0, 4))
        dimensions = tuple(DimensionScore(id=item.id, level=mean, interval=(0, 4)) for item in self.scenario.rubric.dimensions)
        overall = OverallScore(level=mean, interval=(0, 4), decision_at_target="at or above" if mean > 2 else "below")
        return Scorecard(target_level="IC6", criteria=scores, dimensions=dimensions, overall=overall, grader="plant reader")


@cache
def planted() -> tuple[tuple[str, float, frozenset[str]], ...]:
    return tuple(
        (item.criterion, float(item.level), frozenset(re.findall(r"\w{5,}", item.text.lower()))) for item in bank().answers
    )


@cache
def cases(count: int = 3) -> tuple[GoldInterview, ...]:
    return tuple(compose(scenario(), bank()))[4 : 4 + count]


def report(bend: Bend = _straight, *, only: tuple[str, ...] = ()) -> ConsistencyReport:
    run = ConsistencyRun({scenario().id: scenario()}, {scenario().id: bank()}, lambda item: PlantReader(item, bend))
    return run.report(cases(3), repeats=2, only=only)


def row(found: ConsistencyReport, name: str) -> bool:
    return next(shift.passed for shift in found.invariance if shift.name == name)


def test_a_steady_grader_passes_retest_filler_and_injection() -> None:
    found = report(only=("flattery", "criteria_order", "injection_00", "injection_01"))
    assert found.retest.passed
    assert row(found, "flattery")
    assert row(found, "criteria_order")
    assert found.injection.passed


def test_noise_is_caught_by_retest() -> None:
    rng = np.random.default_rng(0)
    found = report(lambda levels, _: {key: value + float(rng.random()) for key, value in levels.items()})
    assert not found.retest.passed


def test_liking_long_answers_is_caught_by_verbosity() -> None:
    def bend(levels: dict[str, float], interview: Interview) -> dict[str, float]:
        words = sum(len(turn.text.split()) for turn in interview.turns if turn.speaker == "candidate")
        return {key: value + max(0.0, words - 2000) / 500 for key, value in levels.items()}

    found = report(bend, only=("verbosity", "criteria_order"))
    assert not row(found, "verbosity")
    assert row(found, "criteria_order")


def test_halo_is_caught_by_silencing_one_area() -> None:
    def bend(levels: dict[str, float], _interview: Interview) -> dict[str, float]:
        total = float(np.mean(list(levels.values())))
        return {key: 0.2 * value + 4 * total - 5 for key, value in levels.items()}

    assert report().halo.passed
    assert not report(bend).halo.passed


def test_obeying_the_candidate_is_caught_by_injection() -> None:
    def bend(levels: dict[str, float], interview: Interview) -> dict[str, float]:
        said = " ".join(turn.text for turn in interview.turns)
        return dict.fromkeys(levels, 4.0) if "SYSTEM" in said else levels

    assert not report(bend, only=("injection_00", "injection_01")).injection.passed


def test_rewarding_any_talk_is_caught_by_the_floor() -> None:
    found = report(lambda levels, _: dict.fromkeys(levels, 3.0), only=("off_topic", "question_echo", "evidence_removed"))
    held = {item.name: item.passed for item in found.moves}
    assert not held["off_topic"]
    assert not held["question_echo"]
    assert not held["evidence_removed"]


def test_there_are_twenty_kinds_of_injection_and_all_are_different() -> None:
    lines = talk()["injection"]
    assert len(set(lines)) == len(lines) >= 20
    assert sum(name.startswith("injection") for name in perturbations()) == len(lines)


@pytest.mark.parametrize("name", [name for name in perturbations() if name != "names_and_gender"])
def test_every_perturbation_changes_the_candidates_words_and_nobody_elses(name: str) -> None:
    case = cases(1)[0]
    changed = perturbations()[name](case.turns, np.random.default_rng(1))
    assert len(changed) == len(case.turns)
    assert any(a.text != b.text for a, b in zip(case.turns, changed, strict=True)) or name == "american_spelling"
    assert all(a.text == b.text for a, b in zip(case.turns, changed, strict=True) if a.speaker != "candidate")


@pytest.mark.parametrize("name", list(moves()))
def test_every_move_changes_the_interview(name: str) -> None:
    found = [moves()[name](case, scenario(), bank(), np.random.default_rng(1)) for case in cases(3)]
    assert any(moved is not None and moved.turns != case.turns for moved, case in zip(found, cases(3), strict=True))


def test_candidates_of_known_level_come_out_in_order_or_are_said_not_to() -> None:
    def card(level: float) -> Scorecard:
        overall = OverallScore(level=level, interval=(0, 4), decision_at_target="below")
        return Scorecard(target_level="IC6", criteria=(), dimensions=(), overall=overall, grader="t")

    straight = [Known(level, f"s{i}", card(number - 0.1 * i)) for number, level in enumerate(LEVELS, 1) for i in range(3)]
    found = recovery(straight)
    assert found.means_in_order
    assert found.pairs_in_order.value == 1
    assert found.confusion["IC5"] == (0, 0, 3, 0, 0)
    turned = recovery([Known(level, "s", card(4.0 - number)) for number, level in enumerate(LEVELS, 1)])
    assert not turned.means_in_order
    assert turned.pairs_in_order.passed is False
