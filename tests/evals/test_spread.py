"""Work comes back in its order, whoever did it, and stops when nobody wants it any more."""

import os
from collections.abc import Callable
from itertools import count

import pytest

from evals.spread import AHEAD, cores, spread


def squaring() -> Callable[[int], tuple[int, int]]:
    return lambda number: (number * number, os.getpid())


def failing() -> Callable[[int], int]:
    return lambda number: 1 // (number - 2)


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_work(jobs: int) -> None:
    found = list(spread(range(30), squaring, jobs))
    assert [number for number, _ in found] == [number * number for number in range(30)]
    assert (os.getpid() in {process for _, process in found}) == (jobs == 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_piece_that_fails_says_so(jobs: int) -> None:
    found = spread(range(5), failing, jobs)
    assert [next(found), next(found)] == [-1, -1]
    with pytest.raises(ZeroDivisionError):
        next(found)


@pytest.mark.parametrize("jobs", [1, 2])
def test_endless_work_is_taken_as_it_is_needed(jobs: int) -> None:
    taken: list[int] = []

    def work() -> int:
        taken.append(len(taken))
        return len(taken)

    found = spread((work() for _ in count()), squaring, jobs)
    assert next(found)[0] == 1
    found.close()
    assert len(taken) <= AHEAD * jobs


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1
