"""Spreads a batch over processes of this machine; a process that dies costs only the episodes that it was sitting."""

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from evals.selfplay.shard import Failure, Job, Outcome, run_shard
from evals.spread import deaf_to_ctrl_c
from graphs.episode import EpisodeSpec

Chunk = tuple[EpisodeSpec, ...]

CHUNK = 8
CONCURRENT_ROUNDS = 4
MAX_DEATHS = 2
STOP_SECONDS = 5.0


def chunks_of(specs: Sequence[EpisodeSpec], size: int) -> deque[Chunk]:
    """Runs of at most `size` specs of one scenario, so that a worker builds few casts."""
    chunks: deque[Chunk] = deque()
    for spec in specs:
        if chunks and len(chunks[-1]) < size and chunks[-1][0].scenario == spec.scenario:
            chunks[-1] = (*chunks[-1], spec)
        else:
            chunks.append((spec,))
    return chunks


def chunk_size(episodes: int, workers: int, concurrency: int) -> int:
    """Several times `concurrency`, since the end of a chunk leaves places empty; but every worker gets a share."""
    return max(1, min(max(CHUNK, CONCURRENT_ROUNDS * concurrency), -(-episodes // max(1, workers))))


class Deaths:
    """How often the worker that sat each episode has died: after `MAX_DEATHS` the episode is given up."""

    def __init__(self) -> None:
        self._count: dict[str, int] = {}

    def split(self, lost: Sequence[EpisodeSpec]) -> tuple[list[EpisodeSpec], list[Failure]]:
        """The lost episodes to run again, and failures for those that keep killing their worker."""
        again, given_up = [], []
        for spec in lost:
            self._count[spec.session_id] = self._count.get(spec.session_id, 0) + 1
            if self._count[spec.session_id] <= MAX_DEATHS:
                again.append(spec)
            else:
                cause = f"WorkerLost: the worker died {self._count[spec.session_id]} times while sitting this episode"
                given_up.append(Failure(session_id=spec.session_id, spec=spec, cause=cause, where="worker"))
        return again, given_up


@dataclass
class _Worker:
    """One process with the specs that it has been given and not answered."""

    process: BaseProcess
    pipe: Connection
    owed: dict[str, EpisodeSpec]


def run_processes(specs: Sequence[EpisodeSpec], job: Job, jobs: int, concurrency: int = 1) -> Iterator[Outcome]:
    """Run `specs` in `jobs` spawned processes; yields outcomes as they are reached."""
    crew = _Crew(job, concurrency, chunks_of(specs, chunk_size(len(specs), jobs, concurrency)))
    try:
        yield from crew.outcomes(jobs)
    finally:
        crew.stop()


class _Crew:
    """The processes and what is left for them to do."""

    def __init__(self, job: Job, concurrency: int, waiting: deque[Chunk]) -> None:
        self._job, self._concurrency, self._waiting = job, concurrency, waiting
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._deaths = Deaths()

    def outcomes(self, jobs: int) -> Iterator[Outcome]:
        for _ in range(min(jobs, len(self._waiting))):
            self._start()
        while self._workers:
            ready = wait([worker.pipe for worker in self._workers])
            for worker in [worker for worker in self._workers if worker.pipe in ready]:
                yield from self._hear(worker)

    def stop(self) -> None:
        """End every process that is still there."""
        for worker in self._workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(STOP_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._job, self._concurrency), daemon=True)
        with deaf_to_ctrl_c():
            process.start()
        theirs.close()
        worker = _Worker(process, ours, {})
        self._workers.append(worker)
        self._give(worker)

    def _give(self, worker: _Worker) -> None:
        chunk = self._waiting.popleft() if self._waiting else ()
        worker.owed = {spec.session_id: spec for spec in chunk}
        try:
            worker.pipe.send(chunk)
        except OSError:
            return  # it has died: the next receive says so, and what it owes goes to another

    def _hear(self, worker: _Worker) -> Iterator[Outcome]:
        try:
            outcome: Outcome | None = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        if outcome is None:
            self._give(worker)
        else:
            worker.owed.pop(outcome.session_id, None)
            yield outcome

    def _bury(self, worker: _Worker) -> Iterator[Outcome]:
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join(STOP_SECONDS)
        again, given_up = self._deaths.split(list(worker.owed.values()))
        # One by one, so that an episode which kills its worker takes no others with it.
        self._waiting.extendleft((spec,) for spec in reversed(again))
        if self._waiting:
            self._start()
        yield from given_up


def _work(pipe: Connection, job: Job, concurrency: int) -> None:
    """A worker: runs chunks until an empty one comes, or until nobody listens any more."""
    try:
        while chunk := pipe.recv():
            for outcome in run_shard(chunk, job, concurrency):
                pipe.send(outcome)
            pipe.send(None)
    except (EOFError, BrokenPipeError):
        return
