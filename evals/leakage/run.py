"""Runs the leakage eval over the records of a run folder, on as many cores as are given."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from pydantic import ValidationError

from agents.record import Record
from evals.leakage import report as parts
from evals.leakage.examine import Examiner, Findings, Means, Options, Task, replayable
from evals.leakage.figures import Trial, share
from evals.leakage.labelled import DataError, one_line
from evals.leakage.quality import GuardQuality
from evals.leakage.replay import exchanges
from evals.leakage.report import LeakageReport, Skipped
from evals.leakage.second.artefact import packaged_artefact
from evals.leakage.uplift import summarise
from evals.spread import spread

RECORDS = "records.jsonl"
OnDone = Callable[[int, int], None]


class Run:
    """The records of a run folder, read one by one and as often as need be: a large run does not fit into memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __iter__(self) -> Iterator[Record]:
        return read_run(self._folder)


def read_run(folder: Path) -> Iterator[Record]:
    """The records of a run folder; raises DataError naming file and line."""
    path = folder / RECORDS
    try:
        with path.open(encoding="utf-8") as lines:
            yield from _records(path, lines)
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: is not UTF-8 text") from None


def _records(path: Path, lines: Iterable[str]) -> Iterator[Record]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield Record.model_validate_json(line)
            except ValidationError as error:
                raise DataError(f"{path}: line {number}: {one_line(error)}") from None


class _Size(NamedTuple):
    """What planning needs to know about one interview."""

    session_id: str
    exchanges: int


def evaluate(
    records: Iterable[Record],
    options: Options | None = None,
    means: Means | None = None,
    *,
    jobs: int = 1,
    guard: GuardQuality | None = None,
    on_done: OnDone = lambda _done, _of: None,
) -> LeakageReport:
    """Examine every interview, `jobs` at a time, and report; the figures do not depend on `jobs`.

    `records` is read twice. `on_done` is told how many interviews are done, and of how many. Ctrl-C ends it early: the report
    then covers the interviews that were done, and says how many were not reached.
    """
    options, means = options or Options(), means or Means()
    sizes = [_Size(record.session_id, len(exchanges(record)) if replayable(record) else 0) for record in records]
    shares = allotted([size.exchanges for size in sizes], options.prefixes, Random(options.seed))
    tasks = (Task(record, prefixes) for record, prefixes in zip(records, shares, strict=True))
    on_done(0, len(sizes))
    done: list[Findings] = []
    try:
        with closing(spread(tasks, partial(Examiner, means, options), jobs)) as found:
            for one in found:
                done.append(one)
                on_done(len(done), len(sizes))
    except KeyboardInterrupt:
        if not done:
            raise
    return report_of(done, not_reached=len(sizes) - len(done), guard=guard)


def allotted(sizes: Sequence[int], total: int, rng: Random) -> list[int]:
    """How many of `total` fall to each interview of these sizes: as evenly as they allow, the remainder drawn by lot."""
    shares = [0] * len(sizes)
    left = min(total, sum(sizes))
    while left:
        room = [place for place, size in enumerate(sizes) if shares[place] < size]
        each = left // len(room)
        chosen = room if each else sorted(rng.sample(room, left))
        for place in chosen:
            more = min(max(1, each), sizes[place] - shares[place])
            shares[place] += more
            left -= more
    return shares


def report_of(found: Sequence[Findings], *, not_reached: int = 0, guard: GuardQuality | None = None) -> LeakageReport:
    """All figures over the findings."""
    judged = [one for one in found if one.reason is None]
    turns = [turn for one in judged for turn in one.turns]
    asked = [turn for turn in turns if turn.speaker == "interviewer"]
    leaky = {turn.session_id for turn in turns if turn.fact_leak or turn.approach_leak}
    replayed = [one.interference for one in judged if one.interference is not None]
    forked = [fork for one in judged for fork in one.uplifts]
    return LeakageReport(
        interviews=len(judged),
        not_reached=not_reached,
        skipped=tuple(Skipped(session_id=one.session_id, reason=one.reason) for one in found if one.reason is not None),
        noninterference=parts.noninterference(replayed, {one.scenario: one.facts for one in judged}) if replayed else None,
        overall=parts.leaks_of(turns),
        interviews_with_a_leak=share([Trial(one.session_id in leaky, one.session_id) for one in judged]),
        telling_at=parts.telling(turns),
        told_by_turn=parts.told_by_turn(turns),
        by_scenario=parts.split(asked, lambda turn: turn.scenario),
        by_phase=parts.split(asked, lambda turn: turn.phase),
        by_turn=parts.split(asked, parts.turn_bin),
        by_profile=parts.split(asked, lambda turn: turn.profile),
        over_answering=parts.over_answering(
            turns, {(one.session_id, index): count for one in judged for index, count in one.released}
        ),
        facts_agent_leaks=share([Trial(turn.fact_leak, turn.session_id) for turn in turns if turn.speaker == "facts"]),
        concepts=parts.concept_counts(turns),
        worst=parts.worst(turns),
        uplift=summarise(forked) if forked else None,
        uplifts=tuple(forked),
        guard=guard,
        detector=packaged_artefact().operating,
    )
