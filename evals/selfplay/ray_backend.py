"""Spreads a batch over a Ray cluster: the same shards, streamed back episode by episode, so that a lost node loses no record."""

from collections.abc import Generator, Iterator, Sequence
from importlib import import_module
from typing import Any

from evals.selfplay.processes import Chunk, Deaths, chunk_size, chunks_of
from evals.selfplay.shard import Job, Outcome, run_shard
from graphs.episode import EpisodeSpec


class RayMissingError(RuntimeError):
    """Ray is an optional extra."""


def run_ray(
    specs: Sequence[EpisodeSpec], job: Job, address: str, concurrency: int = 1, *, cpus: float = 1.0
) -> Iterator[Outcome]:
    """Run `specs` on the cluster at `address`, whose nodes have this package; yields outcomes as they are reached."""
    ray = _ray()
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False)
    slots = max(1, int(ray.cluster_resources().get("CPU", 1) / cpus))
    yield from _Cluster(ray, job, concurrency, cpus).outcomes(specs, slots)


class _Cluster:
    """Streams of outcomes that are open on the cluster, and what each still owes."""

    def __init__(self, ray: Any, job: Job, concurrency: int, cpus: float) -> None:
        self._ray = ray
        self._job = ray.put(job)
        self._concurrency = concurrency
        # Ray's own retries would run a whole shard again and repeat what was already streamed.
        options = {"num_cpus": cpus, "max_retries": 0, "num_returns": "streaming"}
        self._remote = ray.remote(**options)(_shard)
        self._open: dict[Any, dict[str, EpisodeSpec]] = {}
        self._deaths = Deaths()

    def outcomes(self, specs: Sequence[EpisodeSpec], slots: int) -> Iterator[Outcome]:
        waiting = chunks_of(specs, chunk_size(len(specs), slots, self._concurrency))
        while waiting or self._open:
            while waiting and len(self._open) < slots:
                self._start(waiting.popleft())
            ready, _ = self._ray.wait(list(self._open), num_returns=1)
            for stream in ready:
                again = yield from self._next(stream)
                waiting.extendleft((spec,) for spec in reversed(again))

    def _start(self, chunk: Chunk) -> None:
        stream = self._remote.remote(chunk, self._job, self._concurrency)
        self._open[stream] = {spec.session_id: spec for spec in chunk}

    def _next(self, stream: Any) -> Generator[Outcome, None, list[EpisodeSpec]]:
        """Yield the stream's next outcome; returns the episodes to run again if its worker was lost."""
        try:
            outcome: Outcome = self._ray.get(next(stream))
        except StopIteration:
            lost = list(self._open.pop(stream).values())
        except self._ray.exceptions.RayError:
            lost = list(self._open.pop(stream).values())
        else:
            self._open[stream].pop(outcome.session_id, None)
            yield outcome
            return []
        again, given_up = self._deaths.split(lost)
        yield from given_up
        return again


def _shard(chunk: Chunk, job: Job, concurrency: int) -> Iterator[Outcome]:
    yield from run_shard(chunk, job, concurrency)


def _ray() -> Any:
    try:
        return import_module("ray")  # an optional extra
    except ImportError:
        raise RayMissingError("--ray needs Ray: pip install 'interview-loop[ray]'") from None
