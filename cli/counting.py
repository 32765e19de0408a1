"""Shows how far a long job is: a bar with the time left at a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from cli.console import err, remark

EVERY = 60.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def counting(what: str, every: float = EVERY) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to be told how many are done, and of how many."""
    if not err.is_terminal:
        yield _Lines(what, every)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, speed_estimate_period=120.0) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """A line every so often."""

    def __init__(self, what: str, every: float) -> None:
        self._what = what
        self._every = every
        self._began = self._told = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told >= self._every and done:
            self._told = now
            left = (now - self._began) / done * (total - done)
            remark(f"{done} of {total} {self._what}, about {left / 60:.0f} min left")
