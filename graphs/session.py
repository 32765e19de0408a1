"""A live session: one person's interview, checkpointed so that nothing said is ever lost or taken twice."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command as Resume

from agents.cast import Cast
from agents.dialogue import Command, Transcript, Utterance
from agents.interviewer import Clock, Schedule
from agents.record import Record, RoleStamp, ScenarioStamp
from agents.settings import Role
from graphs.episode import record_from_state
from graphs.interview import RECURSION_LIMIT, Graph, build_graph
from graphs.person import person_node
from graphs.store import Said, SessionFolder, SessionMeta, StoreError

KEEP_CHECKPOINTS = 4
UNTIL = " until turn "


class LiveSession:
    """Drives the graph for one person; build it with `open_session`."""

    def __init__(self, graph: Graph, saver: AsyncSqliteSaver, folder: SessionFolder, cast: Cast) -> None:
        self._graph = graph
        self._saver = saver
        self._folder = folder
        self._meta = folder.meta()
        self._cast = cast
        self._config: Any = {"configurable": {"thread_id": self._meta.session_id}, "recursion_limit": RECURSION_LIMIT}
        self._shown = 0
        self._values: dict[str, Any] = {}
        self._saving: asyncio.Task[None] | None = None
        self._replaced = _replaced_before(folder, cast)

    async def catch_up(self) -> Transcript:
        """Start, or go on from wherever the process stopped; returns the whole transcript so far."""
        state = await self._graph.aget_state(self._config)
        if not state.values and not state.next:
            await self._start()
        elif state.tasks and not state.interrupts:
            # Killed within a step: `next` is empty when the step's own writes were saved but not yet applied.
            await self._run(None)
        await self._take_unsent()
        await self._refresh()
        self._shown = len(self.transcript)
        return self.transcript

    async def saved(self) -> None:
        """Wait until the record and the snapshot on disk are as new as the checkpoints; raises StoreError if the disk refuses."""
        saving, self._saving = self._saving, None
        if saving is not None:
            await saving

    async def look(self) -> Transcript:
        """The whole transcript as it stands, without going on."""
        await self._refresh()
        self._shown = len(self.transcript)
        return self.transcript

    async def retry(self) -> Transcript:
        """Go on from the step that failed, with what the person said; returns the new turns."""
        await self._run(None)
        return await self._answers()

    async def recast(self, cast: Cast) -> None:
        """Go on with other role implementations; the record keeps which ones spoke until when."""
        await self._refresh()
        self._replaced = replaced(self._engine(), cast.engine, len(self.transcript))
        self._cast = cast
        self._graph = build_graph(cast, self._meta.settings, person_node(), self._saver)

    async def say(self, text: str, seconds: float, command: Command | None = None) -> Transcript:
        """Give the graph what the person said; returns the new turns that answer it."""
        said = Said(turn=self._said_so_far + 1, text=text, seconds=seconds, command=command)
        self._folder.save_unsent(said)
        await self._resume(said)
        return await self._answers()

    async def _answers(self) -> Transcript:
        await self._refresh()
        new = tuple(turn for turn in self.transcript[self._shown :] if turn.speaker != "candidate")
        self._shown = len(self.transcript)
        return new

    @property
    def transcript(self) -> Transcript:
        """What was said so far, as everyone may see it."""
        return tuple(Utterance.model_validate(turn) for turn in self._values.get("transcript", ()))

    @property
    def clock(self) -> Clock:
        """Where the interview is in time."""
        return Clock.model_validate(self._values["clock"])

    @property
    def schedule(self) -> Schedule:
        """The interview's time plan."""
        return self._cast.schedule

    @property
    def meta(self) -> SessionMeta:
        """What the session was started with."""
        return self._meta

    @property
    def over(self) -> bool:
        """Whether the interview has ended and was graded."""
        return bool(self._values.get("ended")) and self._values.get("scorecard") is not None

    def record(self) -> Record:
        """The interview so far as a record."""
        return record_from_state(
            self._values,
            session_id=self._meta.session_id,
            scenario=ScenarioStamp(id=self._meta.scenario, sha256=self._meta.scenario_sha256),
            engine=self._engine(),
            settings=self._meta.settings.model_dump(mode="json"),
            seed=self._meta.seed,
            started_at=self._meta.started_at,
        )

    def error_of(self, turn: Utterance) -> str | None:
        """What went wrong on the way to a turn that was delivered all the same, in one safe line."""
        entries = [entry for entry in self._values.get("ledger", ()) if entry["index"] == turn.index]
        return next((entry["error"] for entry in entries if entry.get("error")), None)

    def _engine(self) -> dict[str, RoleStamp]:
        return dict(self._cast.engine) | self._replaced

    async def _start(self) -> None:
        snapshot = self._folder.snapshot()
        if snapshot is None:
            await self._run({"hints_given": {}})
            return
        node = "deliver" if len(snapshot.get("transcript", ())) > 1 else "open"
        await self._graph.aupdate_state(self._config, snapshot, as_node=node)
        await self._run(None)

    async def _take_unsent(self) -> None:
        said = self._folder.unsent()
        await self._refresh()
        if said is not None and said.turn == self._said_so_far + 1 and not self._values.get("ended"):
            await self._resume(said)

    async def _resume(self, said: Said) -> None:
        state = await self._graph.aget_state(self._config)
        if not state.interrupts:
            raise StoreError(f"session {self._meta.session_id} is not waiting for a turn: `interview resume` brings it back")
        await self._run(Resume(resume={state.interrupts[0].id: said.model_dump(mode="json")}))

    async def _run(self, value: Any) -> None:
        await self.saved()
        await self._graph.ainvoke(value, self._config, durability="sync")

    async def _refresh(self) -> None:
        """Read the channels; the files that can be rebuilt from them are written while the person reads."""
        state = await self._graph.aget_state(self._config)
        self._values = dict(state.values)
        await self.saved()
        self._saving = asyncio.create_task(self._save(self._values, self.record()))

    async def _save(self, values: dict[str, Any], record: Record) -> None:
        await asyncio.to_thread(self._folder.save_snapshot, values)
        await asyncio.to_thread(self._folder.save_record, record)
        await self._prune()

    async def _prune(self) -> None:
        """Drop old checkpoints: SQLite holds every channel of each, and only the latest is ever needed."""
        old = (
            "FROM {table} WHERE thread_id = :thread AND checkpoint_id NOT IN "
            "(SELECT checkpoint_id FROM checkpoints WHERE thread_id = :thread ORDER BY checkpoint_id DESC LIMIT :keep)"
        )
        values = {"thread": self._meta.session_id, "keep": KEEP_CHECKPOINTS}
        async with self._saver.lock:
            for table in ("writes", "checkpoints"):
                await self._saver.conn.execute(f"DELETE {old.format(table=table)}", values)
            await self._saver.conn.commit()

    @property
    def _said_so_far(self) -> int:
        return int((self._values.get("said") or {}).get("turn", 0))


@contextlib.asynccontextmanager
async def open_session(folder: SessionFolder, cast: Cast) -> AsyncIterator[LiveSession]:
    """Open a session for its folder; an unreadable checkpoint file is set aside and rebuilt from the snapshot."""
    if not _readable(folder.checkpoints):
        folder.set_aside_checkpoints()
    meta = folder.meta()
    async with AsyncSqliteSaver.from_conn_string(str(folder.checkpoints)) as saver:
        await saver.setup()
        for file in folder.path.glob("checkpoints.sqlite*"):
            file.chmod(0o600)
        # In WAL mode this loses nothing when the process is killed; what a power cut may take, the unsent turn gives back.
        await saver.conn.execute("PRAGMA synchronous=NORMAL")
        session = LiveSession(build_graph(cast, meta.settings, person_node(), saver), saver, folder, cast)
        try:
            yield session
        finally:
            await session.saved()


def replaced(before: Mapping[str, RoleStamp], now: Mapping[Role, RoleStamp], turn: int) -> dict[str, RoleStamp]:
    """The stamps in `before` that `now` replaces, as '<role> until turn <n>', with those that were replaced earlier."""
    gone: dict[str, RoleStamp] = {}
    for name, stamp in before.items():
        new = now.get(name)  # type: ignore[call-overload]
        if UNTIL in name:
            gone[name] = stamp
        elif new is not None and _kind(new) != _kind(stamp):
            gone[f"{name}{UNTIL}{turn}"] = stamp
    return gone


def _kind(stamp: RoleStamp) -> tuple[str, str | None, str | None]:
    """What tells two implementations apart: not what was found out about the server on the way."""
    return stamp.implementation.split()[0], stamp.model, stamp.prompt_sha256


def _replaced_before(folder: SessionFolder, cast: Cast) -> dict[str, RoleStamp]:
    """What an earlier sitting of this session ran with, where this one runs with something else."""
    try:
        record = folder.record()
    except StoreError:
        return {}
    return replaced(record.engine, cast.engine, len(record.turns))


def _readable(database: Path) -> bool:
    if not database.exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
