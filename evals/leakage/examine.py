"""Examines recorded interviews one by one: judges every turn, replays prefixes with decoys, and forks turns."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from random import Random
from typing import NamedTuple

from pydantic import Field

from agents.cast import build_cast
from agents.encoder import SentenceEncoder, packaged_encoder
from agents.record import Record
from agents.settings import Settings
from evals.leakage.detect import Detector, ScoredTurn
from evals.leakage.minds import embedded_mind
from evals.leakage.noninterference import Interference, MakeCast, Swapped, interference
from evals.leakage.uplift import Mind, Uplift, uplifts
from graphs.episode import settings_of
from scenarios.catalog import find
from scenarios.loader import ScenarioError
from scenarios.model import Model
from scenarios.scenario import Scenario

MakeMind = Callable[[Record, SentenceEncoder], Mind | None]

SCENES = 2
"""Scenarios whose casts are kept in memory; records come scenario by scenario."""
REPLAYABLE = ("router", "facts", "interviewer", "guard")


class Options(Model):
    """How much is replayed and forked."""

    prefixes: int = Field(default=10_000, ge=0, description="Prefixes that are replayed with decoys, over all interviews.")
    forks: int = Field(default=5, ge=0, description="Interviewer turns of each interview whose uplift is measured.")
    seed: int = 0


class Means(NamedTuple):
    """What examining takes; it travels to other processes, so the makers are functions of a module."""

    make_cast: MakeCast = build_cast
    make_mind: MakeMind | None = embedded_mind
    make_encoder: Callable[[], SentenceEncoder] = packaged_encoder
    own: Path | None = None
    """Folder of the person's own scenarios."""


class Task(NamedTuple):
    """One interview and how many of its prefixes are to be replayed."""

    record: Record
    prefixes: int


class Findings(NamedTuple):
    """What was found in one interview; with a reason, nothing was."""

    session_id: str
    scenario: str
    reason: str | None = None
    facts: int = 0
    """How many facts the sheet holds."""
    turns: tuple[ScoredTurn, ...] = ()
    released: tuple[tuple[int, int], ...] = ()
    """How many facts each turn released, with its index."""
    interference: Interference | None = None
    uplifts: tuple[Uplift, ...] = ()


class _Scene:
    """What judging the interviews of one scenario takes, each part built when it is first needed."""

    def __init__(self, scenario: Scenario, encoder: SentenceEncoder, make_cast: MakeCast) -> None:
        self.scenario = scenario
        self._encoder = encoder
        self._make_cast = make_cast
        self._casts: dict[str, Swapped] = {}

    @cached_property
    def detector(self) -> Detector:
        return Detector(self.scenario, self._encoder)

    def casts(self, settings: Settings) -> Swapped:
        key = settings.model_dump_json()
        if key not in self._casts:
            self._casts[key] = Swapped(self.scenario, settings, self._encoder, self._make_cast)
        return self._casts[key]


class Examiner:
    """Examines interviews in one process; the same interview gives the same findings wherever and after whatever it comes."""

    def __init__(self, means: Means, options: Options) -> None:
        self._means = means
        self._options = options
        self._encoder = means.make_encoder()
        self._scenes: OrderedDict[str, _Scene | str] = OrderedDict()

    def __call__(self, task: Task) -> Findings:
        """What was found; an interview whose scenario is not there, or has changed since, is left out with its reason."""
        record, scene = task.record, self._scene(task.record)
        if isinstance(scene, str):
            return Findings(record.session_id, record.scenario.id, reason=scene)
        return Findings(
            session_id=record.session_id,
            scenario=record.scenario.id,
            facts=len(scene.scenario.facts.facts),
            turns=tuple(scene.detector.scored(record)),
            released=tuple((turn.index, len(turn.released_fact_ids)) for turn in record.turns),
            interference=self._interference(task, scene),
            uplifts=self._uplifts(record, scene),
        )

    def _rng(self, record: Record, what: str) -> Random:
        return Random(f"{self._options.seed}/{record.session_id}/{what}")

    def _interference(self, task: Task, scene: _Scene) -> Interference | None:
        if not task.prefixes:
            return None
        rng = self._rng(task.record, "prefixes")
        casts = scene.casts(settings_of(task.record))
        return asyncio.run(interference(task.record, casts, k=task.prefixes, rng=rng))

    def _uplifts(self, record: Record, scene: _Scene) -> tuple[Uplift, ...]:
        make_mind, forks = self._means.make_mind, self._options.forks
        mind = make_mind(record, self._encoder) if make_mind and forks else None
        if mind is None:
            return ()
        schedule = scene.casts(settings_of(record)).real.schedule
        return tuple(uplifts(record, mind, schedule, k=forks, rng=self._rng(record, "forks")))

    def _scene(self, record: Record) -> _Scene | str:
        name = record.scenario.id
        if name not in self._scenes:
            self._scenes[name] = self._opened(name)
            if len(self._scenes) > SCENES:
                self._scenes.popitem(last=False)
        self._scenes.move_to_end(name)
        scene = self._scenes[name]
        if isinstance(scene, _Scene) and scene.scenario.sha256 != record.scenario.sha256:
            return f"scenario '{name}' has changed since the interview"
        return scene

    def _opened(self, name: str) -> _Scene | str:
        try:
            return _Scene(find(name, self._means.own).scenario, self._encoder, self._means.make_cast)
        except ScenarioError as error:
            return str(error)


def replayable(record: Record) -> bool:
    """Whether an answer can be given once more: a model would answer differently, whatever is hidden."""
    return all(stamp.model is None for role, stamp in record.engine.items() if role in REPLAYABLE)
