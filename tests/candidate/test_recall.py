"""Recall follows its formula, and the probability that a turn raises something is exact."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.candidate.recall import MOMENT_NOISE, Activated, activation, by_activation, chance_of_any, retrieval_probability
from scenarios.names import LEVELS, Level

points = st.lists(st.floats(-4, 4), min_size=1, max_size=6).map(
    lambda values: [Activated(f"p{n}", value) for n, value in enumerate(values)]
)


def active(level: Level = "IC6", similarity: float = 0.3, *, in_phase: bool = True, forgotten: bool = False) -> float:
    return activation(level, similarity, noise=0.0, in_phase=in_phase, forgotten=forgotten)


def test_at_the_threshold_recall_is_a_coin_toss_and_one_noise_scale_above_it_is_e_to_one() -> None:
    assert retrieval_probability(0.0) == 0.5
    odds = retrieval_probability(MOMENT_NOISE) / (1 - retrieval_probability(MOMENT_NOISE))
    assert odds == pytest.approx(2.718281828)


def test_skill_a_nearer_cue_and_the_right_phase_each_make_recall_likelier() -> None:
    by_level = [active(level) for level in LEVELS]
    assert by_level == sorted(by_level)
    assert len(set(by_level)) == 4
    assert active(similarity=0.7) > active(similarity=0.5) > active(similarity=0.1)
    assert active(in_phase=True) > active(in_phase=False)
    assert active(forgotten=True) < active(forgotten=False)


@given(points, st.integers(1, 4), st.data())
def test_the_chance_of_a_turn_equals_the_sum_over_all_that_may_come_to_mind(
    active_points: list[Activated], room: int, data: st.DataObject
) -> None:
    members = frozenset(data.draw(st.sets(st.sampled_from([point.id for point in active_points]), min_size=1)))
    assert chance_of_any(active_points, members, room) == pytest.approx(brute_force(active_points, members, room), abs=1e-9)


def brute_force(active_points: list[Activated], members: frozenset[str], room: int) -> float:
    ordered = by_activation(active_points)
    total = 0.0
    for retrieved in itertools.product((False, True), repeat=len(ordered)):
        chance = 1.0
        for point, hit in zip(ordered, retrieved, strict=True):
            p = retrieval_probability(point.activation)
            chance *= p if hit else 1 - p
        spoken = [point.id for point, hit in zip(ordered, retrieved, strict=True) if hit][:room]
        total += chance * bool(members & set(spoken))
    return total
