"""Spreads independent pieces of work over processes of this machine; results come in the order of the work, whoever did it."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

Work = TypeVar("Work")
Result = TypeVar("Result")
Make = Callable[[], Callable[[Work], Result]]

AHEAD = 4
"""Pieces handed out for each process before the oldest is back, so that none waits and few are held in memory."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Iterable[Work], make: Make[Work, Result], jobs: int) -> Generator[Result, None, None]:
    """The result of each piece of `work`, in order; `make` is called once in each process and gives what does a piece.

    With one job everything happens in this process. With more, `make` travels (so it is a function of a module, or a
    partial of one), and so do work and results. Closed early, it lets the pieces under way finish and starts no others.
    """
    if jobs > 1:
        yield from _in_processes(work, make, jobs)
        return
    # One BLAS thread here too, so that the bits do not depend on the number of processes.
    with threadpool_limits(limits=1):
        do = make()
    for piece in work:
        with threadpool_limits(limits=1):
            result = do(piece)
        yield result


def _in_processes(work: Iterable[Work], make: Make[Work, Result], jobs: int) -> Generator[Result, None, None]:
    pieces = iter(work)
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(make,))
    waiting: deque[Future[Result]] = deque()
    try:
        while True:
            with deaf_to_ctrl_c():
                waiting.extend(executor.submit(_one, piece) for piece in islice(pieces, AHEAD * jobs - len(waiting)))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Ctrl-C reaches the whole process group, but the parent alone decides: a child started in here ignores it from birth."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_HERE: dict[str, Any] = {}
"""What this worker does with a piece; a worker serves one `spread` alone."""


def _begin(make: Callable[[], Callable[[Any], Any]]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threadpool_limits(limits=1)
    _HERE["do"] = make()


def _one(piece: Any) -> Any:
    return _HERE["do"](piece)


def _end_with_parent() -> None:
    """A parent that is killed can't tell its workers to end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
