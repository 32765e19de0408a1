"""Runs a handful of episodes in this process, some at a time: what every way of spreading a batch comes down to."""

import asyncio
import os
import traceback
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from agents.candidate import Candidate, EmbeddedCandidate, find_profile, load_material
from agents.candidate.llm import PROMPT as CANDIDATE_PROMPT
from agents.candidate.llm import VERSION as LLM_VERSION
from agents.candidate.llm import LlmCandidate
from agents.cast import Cast, build_cast
from agents.encoder import SentenceEncoder, packaged_encoder
from agents.engines import Engines
from agents.prompts import load_prompt
from agents.record import Record, RoleStamp
from agents.settings import Settings
from evals.selfplay.plan import Plan
from graphs.episode import EpisodeSpec, Table
from scenarios.loader import load
from scenarios.model import Model
from scenarios.scenario import Scenario

CAUSE_LENGTH = 500
EMBEDDED_VERSION = "embedded/1"


class Failure(Model):
    """An episode that gave no record, and why."""

    schema_version: Literal[1] = 1
    session_id: str
    spec: EpisodeSpec
    cause: str
    where: str


Outcome = Record | Failure
MakeCast = Callable[[Scenario, Settings, SentenceEncoder, Engines | None], Cast]
MakeCandidate = Callable[[EpisodeSpec, Settings, SentenceEncoder, Engines | None], Candidate]


def make_cast(scenario: Scenario, settings: Settings, encoder: SentenceEncoder, engines: Engines | None) -> Cast:
    """The cast of a batch: nobody is there to ask what to do about a model's unreadable reply, so it costs a neutral probe."""
    return build_cast(scenario, settings, encoder, engines, on_unusable="neutral")


def make_candidate(spec: EpisodeSpec, settings: Settings, encoder: SentenceEncoder, engines: Engines | None) -> Candidate:
    """The candidate of the spec's profile, on the engine that the settings give to candidates."""
    profile = find_profile(spec.profile)
    if engines is not None and settings.engine_of("candidate") == "llm":
        return LlmCandidate(profile, engines.model("candidate"), seed=spec.seed, session=spec.session_id)
    return EmbeddedCandidate(load_material(spec.scenario.id), profile, encoder, seed=spec.seed, session=spec.session_id)


class Job(NamedTuple):
    """What a worker needs to run episodes; it travels to other processes, so the makers are functions of a module.

    Clients, graphs and the encoder can't travel: each worker builds its own.
    """

    settings: Settings
    paths: dict[str, Path]
    make_cast: MakeCast = make_cast
    make_candidate: MakeCandidate = make_candidate

    @property
    def candidate_stamp(self) -> RoleStamp:
        """How the candidate is implemented, for the record and the manifest."""
        if self.settings.engine_of("candidate") == "embedded":
            return RoleStamp(implementation=EMBEDDED_VERSION)
        prompt = load_prompt(CANDIDATE_PROMPT).sha256
        return RoleStamp(implementation=LLM_VERSION, model=self.settings.model_of("candidate"), prompt_sha256=prompt)


def job_of(plan: Plan) -> Job:
    """The job of a plan."""
    return Job(settings=plan.settings, paths={seat.stamp.id: seat.path for seat in plan.seats})


def run_shard(specs: Sequence[EpisodeSpec], job: Job, concurrency: int = 1) -> Iterator[Outcome]:
    """Run `specs`, `concurrency` at a time, and yield each outcome as it is reached; order is not kept."""
    with asyncio.Runner() as runner:
        outcomes = stream_shard(specs, job, concurrency)
        try:
            while True:
                try:
                    outcome = runner.run(_next(outcomes))
                except StopAsyncIteration:
                    return
                yield outcome
        finally:
            runner.run(outcomes.aclose())


async def stream_shard(specs: Sequence[EpisodeSpec], job: Job, concurrency: int = 1) -> AsyncGenerator[Outcome, None]:
    """`run_shard` inside a running event loop."""
    stage = _Stage(job, concurrency)
    waiting = iter(specs)
    done: asyncio.Queue[Outcome] = asyncio.Queue(maxsize=max(1, concurrency))

    async def sit() -> None:
        for spec in waiting:
            await done.put(await stage.outcome(spec))

    # No task group: the consumer may take each outcome in a task of its own, and a group belongs to the task that opened it.
    workers = [asyncio.create_task(sit()) for _ in range(max(1, min(concurrency, len(specs))))]
    try:
        for _ in specs:
            yield await done.get()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _next(outcomes: AsyncGenerator[Outcome, None]) -> Outcome:
    return await anext(outcomes)


class _Stage:
    """Tables by scenario and model clients, built once for each shard: a client belongs to the event loop that it began in."""

    def __init__(self, job: Job, concurrency: int) -> None:
        self._job = job
        self._engines = engines_for(job.settings, concurrency)
        self._tables: dict[str, Table] = {}

    async def outcome(self, spec: EpisodeSpec) -> Outcome:
        """The edge of the batch: whatever goes wrong in one episode is kept and the others go on."""
        try:
            candidate = self._job.make_candidate(spec, self._job.settings, worker_encoder(), self._engines)
            return await self._table(spec).sit(spec, candidate)
        except Exception as error:  # noqa: BLE001
            return failure_of(spec, error)

    def _table(self, spec: EpisodeSpec) -> Table:
        if spec.scenario.id not in self._tables:
            scenario = load(self._job.paths[spec.scenario.id])
            if scenario.sha256 != spec.scenario.sha256:
                raise ValueError(f"scenario '{scenario.id}' has changed on disk since the batch was planned")
            cast = self._job.make_cast(scenario, self._job.settings, worker_encoder(), self._engines)
            cast.stamps.setdefault("candidate", self._job.candidate_stamp)
            self._tables[spec.scenario.id] = Table(cast, self._job.settings)
        return self._tables[spec.scenario.id]


def engines_for(settings: Settings, concurrency: int) -> Engines | None:
    """The models of the llm engine, none if every role is embedded; each interview has at most one request under way."""
    if not settings.needs_model and settings.engine_of("candidate") == "embedded":
        return None
    return Engines.of(settings, os.environ, concurrency=concurrency, max_retries=8)


@cache
def worker_encoder() -> SentenceEncoder:
    """This process's encoder; one thread, since processes are what a batch spreads over (the bits are the same)."""
    return packaged_encoder(threads=1)


def failure_of(spec: EpisodeSpec, error: BaseException) -> Failure:
    """The failure, with the innermost line of our code; file names only, so that it reads the same on any machine."""
    text = f"{type(error).__name__}: {error}".strip()
    where = "unknown"
    with suppress(IndexError):
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    return Failure(session_id=spec.session_id, spec=spec, cause=text[:CAUSE_LENGTH], where=where)
