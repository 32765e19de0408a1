"""Every figure carries its n and an interval that means something."""

import math

import numpy as np
import pytest

from evals.leakage.figures import Trial, auroc, clopper_pearson, mean, share
from evals.leakage.outside import false_positive_rate
from evals.leakage.quality import recall_at


def test_no_hits_in_many_trials_still_leaves_an_upper_bound() -> None:
    figure = share([Trial(hit=False, group=str(number)) for number in range(1000)])
    assert figure.value == 0
    assert figure.low == 0
    assert figure.high == pytest.approx(0.00368, abs=1e-4)


def test_nothing_measured_is_not_a_zero() -> None:
    assert share([]).value is None
    assert auroc([True, True], [0.1, 0.2], ["a", "b"]).value is None


def test_related_trials_give_a_wider_interval() -> None:
    apart = share([Trial(hit=number % 10 == 0, group=str(number)) for number in range(200)])
    together = share([Trial(hit=number < 20, group=str(number // 20)) for number in range(200)])
    assert apart.value == together.value == 0.1
    assert apart.high is not None
    assert together.high is not None
    assert together.high > apart.high


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        low, high = clopper_pearson(float(random.binomial(120, 0.05)), 120)
        covered += low <= 0.05 <= high
    assert covered / 400 >= 0.93


def test_auroc_counts_pairs_and_halves_ties() -> None:
    assert auroc([False, True, False, True], [0.1, 0.9, 0.2, 0.8], list("abcd")).value == 1.0
    assert auroc([False, True], [0.5, 0.5], list("ab")).value == 0.5


def test_recall_and_false_positives_are_read_off_the_other_kind() -> None:
    labels = np.array([True] * 10 + [False] * 20)
    scores = np.array([0.9] * 9 + [0.1] + [0.5] + [0.0] * 19)
    assert recall_at(labels, scores) == pytest.approx(0.9)
    assert false_positive_rate(labels, scores) == 0.0
    assert math.isnan(recall_at(labels[:10], scores[:10]))


def test_a_mean_of_one_group_has_no_interval() -> None:
    assert mean([1.0, 2.0], ["a", "a"]).low is None
    assert mean([1.0, 2.0], ["a", "b"]).low == 1.0
