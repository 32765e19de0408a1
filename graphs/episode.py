"""One interview from start to end with a simulated candidate, and how a finished graph state becomes a record."""

import asyncio
import hashlib
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from agents.candidate import Candidate, CandidateTurn, CandidateView
from agents.cast import Cast
from agents.record import Ended, Note, Record, RoleStamp, ScenarioStamp
from agents.scorecard import Scorecard
from agents.settings import Settings
from graphs.interview import RECURSION_LIMIT, build_graph
from graphs.nodes import join_turns, simulated_candidate_node
from scenarios.model import Model

STARTED_AT = "2026-01-01T00:00:00+00:00"
"""A simulated interview starts at a fixed time, so that the same spec gives the same bytes on any day."""


class EpisodeSpec(Model):
    """Which interview to simulate; together with the settings it determines every byte of the record."""

    scenario: ScenarioStamp
    profile: str
    episode: int
    seed: int

    @property
    def session_id(self) -> str:
        """Derived from the content, so that a spec is recognised wherever it was run."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:20]


class Table:
    """One cast's graph, compiled once, at which any number of interviews can sit at the same time."""

    def __init__(self, cast: Cast, settings: Settings) -> None:
        self._cast = cast
        self._settings = settings.model_copy(update={"simulated_clock": True})
        # Each interview runs in a task of its own, and a task's context reaches its nodes: so the node finds its candidate.
        self._seated: ContextVar[Candidate] = ContextVar("seated")
        self._graph = build_graph(cast, self._settings, simulated_candidate_node(self, cast.schedule))

    async def speak(self, view: CandidateView) -> CandidateTurn:
        """The turn of the candidate who sits in this interview."""
        return await self._seated.get().speak(view)

    async def sit(self, spec: EpisodeSpec, candidate: Candidate) -> Record:
        """One interview on the simulated clock, nothing kept on disk; the record's settings also name profile and episode."""
        return await asyncio.create_task(self._sit(spec, candidate))

    async def _sit(self, spec: EpisodeSpec, candidate: Candidate) -> Record:
        self._seated.set(candidate)
        state = await self._graph.ainvoke({"hints_given": {}}, {"recursion_limit": RECURSION_LIMIT})
        return record_from_state(
            state,
            session_id=spec.session_id,
            scenario=spec.scenario,
            engine=self._cast.engine,
            settings=self._settings.model_dump(mode="json") | {"profile": spec.profile, "episode": spec.episode},
            seed=spec.seed,
            started_at=STARTED_AT,
        )


async def run_episode(spec: EpisodeSpec, cast: Cast, candidate: Candidate, settings: Settings) -> Record:
    """Sit one interview; for many with one cast, open a `Table`."""
    return await Table(cast, settings).sit(spec, candidate)


def record_from_state(
    state: Mapping[str, Any],
    *,
    session_id: str,
    scenario: ScenarioStamp,
    engine: Mapping[Any, RoleStamp],
    settings: Mapping[str, Any],
    seed: int,
    started_at: str,
) -> Record:
    """The record of an interview whose graph channels are `state`; without an end it is `unfinished`."""
    scorecard = state.get("scorecard")
    return Record(
        session_id=session_id,
        scenario=scenario,
        engine={str(role): stamp for role, stamp in engine.items()},
        settings=dict(settings),
        seed=seed,
        started_at=started_at,
        turns=join_turns(state.get("transcript", []), state.get("ledger", [])),
        notes=tuple(Note.model_validate(note) for note in state.get("notes", ())),
        scorecard=Scorecard.model_validate(scorecard) if scorecard else None,
        ended=Ended.model_validate(state.get("ended") or {"reason": "unfinished"}),
    )


def settings_of(record: Record) -> Settings:
    """The settings that a record was made with."""
    return Settings.model_validate({name: value for name, value in record.settings.items() if name in Settings.model_fields})


def spec_of(record: Record) -> EpisodeSpec:
    """The spec of a self-play record; raises KeyError for an interview that a person sat."""
    return EpisodeSpec(
        scenario=record.scenario, profile=record.settings["profile"], episode=record.settings["episode"], seed=record.seed
    )
