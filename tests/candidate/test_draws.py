"""Luck is a hash of what it is for: the same everywhere, and even."""

import os
import subprocess
import sys

import numpy as np

from agents.candidate.draws import Draws


def test_the_same_names_give_the_same_number_in_any_order_of_asking() -> None:
    one, other = Draws(7, "s"), Draws(7, "s")
    forwards = [one.uniform("turn", n) for n in range(20)]
    backwards = [other.uniform("turn", n) for n in reversed(range(20))]
    assert forwards == backwards[::-1]


def test_names_that_run_together_are_still_told_apart() -> None:
    assert Draws("a", "bc").uniform() != Draws("ab", "c").uniform()
    assert Draws("a").uniform("b") != Draws("a", "b").uniform("")


def test_numbers_are_even_and_differ_by_seed() -> None:
    values = np.array([Draws(seed).uniform("x") for seed in range(4000)])
    assert np.all((values >= 0) & (values < 1))
    counts, _ = np.histogram(values, bins=10, range=(0, 1))
    assert counts.min() > 330
    assert counts.max() < 470


def test_logistic_noise_has_the_scale_it_is_given() -> None:
    values = np.array([Draws(seed).logistic(0.5, "x") for seed in range(4000)])
    assert abs(values.mean()) < 0.06
    assert abs(values.std() - 0.5 * np.pi / np.sqrt(3)) < 0.05


def test_a_process_with_another_hash_seed_draws_the_same() -> None:
    code = "from agents.candidate.draws import Draws; print(repr(Draws(7, 's').uniform('turn', 3)))"
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert drawn == {repr(Draws(7, "s").uniform("turn", 3))}
