"""Runs the leakage eval over the records of a run folder."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from random import Random

from pydantic import Field, ValidationError

from agents.cast import build_cast
from agents.encoder import SentenceEncoder
from agents.record import Record
from agents.settings import Settings
from evals.leakage import report as parts
from evals.leakage.detect import Detector, ScoredTurn
from evals.leakage.figures import Trial, share
from evals.leakage.labelled import DataError, one_line, read_lines
from evals.leakage.noninterference import Interference, MakeCast, Swapped, interference
from evals.leakage.quality import GuardQuality
from evals.leakage.report import LeakageReport, Skipped
from evals.leakage.second.artefact import packaged_artefact
from evals.leakage.uplift import MakeMind, Uplift, summarise, uplifts
from graphs.episode import settings_of
from scenarios.catalog import find
from scenarios.loader import ScenarioError
from scenarios.model import Model
from scenarios.scenario import Scenario

RECORDS = "records.jsonl"
OnDone = Callable[[int], None]


class Options(Model):
    """How much of each interview is replayed and forked."""

    prefixes: int = Field(default=30, ge=0, description="Prefixes of each interview that are replayed with decoys.")
    forks: int = Field(default=5, ge=0, description="Interviewer turns of each interview whose uplift is measured.")
    seed: int = 0


def read_run(folder: Path) -> Iterator[Record]:
    """The records of a run folder; raises DataError naming file and line."""
    path = folder / RECORDS
    for number, line in enumerate(read_lines(path), 1):
        try:
            yield Record.model_validate_json(line)
        except ValidationError as error:
            raise DataError(f"{path}: line {number}: {one_line(error)}") from None


def evaluate(
    records: Sequence[Record],
    encoder: SentenceEncoder,
    options: Options | None = None,
    *,
    make_cast: MakeCast = build_cast,
    make_mind: MakeMind | None = None,
    own: Path | None = None,
    guard: GuardQuality | None = None,
    on_done: OnDone = lambda _: None,
) -> LeakageReport:
    """Judge every turn, replay prefixes with decoys, and fork turns; `on_done` is told after each interview."""
    work = _Work(options or Options(), encoder, make_cast, make_mind, own)
    for number, record in enumerate(records, 1):
        work.take(record)
        on_done(number)
    return work.report(guard)


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


class _Work:
    """Collects what is found, interview by interview."""

    def __init__(
        self, options: Options, encoder: SentenceEncoder, make_cast: MakeCast, make_mind: MakeMind | None, own: Path | None
    ) -> None:
        self._options = options
        self._encoder = encoder
        self._make_cast = make_cast
        self._make_mind = make_mind
        self._own = own
        self._scenes: dict[str, _Scene | str] = {}
        self._turns: list[ScoredTurn] = []
        self._replayed: list[Interference] = []
        self._uplifts: list[Uplift] = []
        self._skipped: list[Skipped] = []
        self._released: dict[tuple[str, int], int] = {}
        self._sessions: set[str] = set()

    def take(self, record: Record) -> None:
        """Judge one interview; one whose scenario is not there, or has changed since, is skipped with its reason."""
        scene = self._scene(record)
        if isinstance(scene, str):
            self._skipped.append(Skipped(session_id=record.session_id, reason=scene))
            return
        rng = Random(f"{self._options.seed}/{record.session_id}")
        self._sessions.add(record.session_id)
        self._turns += scene.detector.scored(record)
        self._released |= {(record.session_id, turn.index): len(turn.released_fact_ids) for turn in record.turns}
        if self._options.prefixes:
            casts = scene.casts(settings_of(record))
            self._replayed.append(asyncio.run(interference(record, casts, k=self._options.prefixes, rng=rng)))
        mind = self._make_mind(record) if self._make_mind and self._options.forks else None
        if mind is not None:
            schedule = scene.casts(settings_of(record)).real.schedule
            self._uplifts += uplifts(record, mind, schedule, k=self._options.forks, rng=rng)

    def _scene(self, record: Record) -> _Scene | str:
        name = record.scenario.id
        if name not in self._scenes:
            try:
                self._scenes[name] = _Scene(find(name, self._own).scenario, self._encoder, self._make_cast)
            except ScenarioError as error:
                self._scenes[name] = str(error)
        scene = self._scenes[name]
        if isinstance(scene, _Scene) and scene.scenario.sha256 != record.scenario.sha256:
            return f"scenario '{name}' has changed since the interview"
        return scene

    def report(self, guard: GuardQuality | None) -> LeakageReport:
        turns = self._turns
        asked = [turn for turn in turns if turn.speaker == "interviewer"]
        answers = [turn for turn in turns if turn.speaker == "facts"]
        leaky = {turn.session_id for turn in turns if turn.fact_leak or turn.approach_leak}
        scenes = {name: scene for name, scene in self._scenes.items() if isinstance(scene, _Scene)}
        sizes = {name: len(scene.scenario.facts.facts) for name, scene in scenes.items()}
        return LeakageReport(
            interviews=len(self._sessions),
            skipped=tuple(self._skipped),
            noninterference=parts.noninterference(self._replayed, sizes) if self._replayed else None,
            overall=parts.leaks_of(turns),
            interviews_with_a_leak=share([Trial(session in leaky, session) for session in sorted(self._sessions)]),
            telling_at=parts.telling(turns),
            told_by_turn=parts.told_by_turn(turns),
            by_scenario=parts.split(asked, lambda turn: turn.scenario),
            by_phase=parts.split(asked, lambda turn: turn.phase),
            by_turn=parts.split(asked, parts.turn_bin),
            by_profile=parts.split(asked, lambda turn: turn.profile),
            over_answering=parts.over_answering(turns, self._released),
            facts_agent_leaks=share([Trial(turn.fact_leak, turn.session_id) for turn in answers]),
            concepts=parts.concept_counts(turns),
            worst=parts.worst(turns),
            uplift=summarise(self._uplifts) if self._uplifts else None,
            uplifts=tuple(self._uplifts),
            guard=guard,
            detector=packaged_artefact().operating,
        )
