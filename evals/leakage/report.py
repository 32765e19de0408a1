"""What the leakage eval found, as one document."""

from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import Field

from evals.leakage.detect import WINDOWS, ScoredTurn
from evals.leakage.figures import Figure, Trial, share
from evals.leakage.judge import JudgeReport
from evals.leakage.noninterference import ChannelUse, Difference, Interference
from evals.leakage.quality import GuardQuality
from evals.leakage.second.artefact import Operating
from evals.leakage.uplift import Uplift, UpliftFigures
from scenarios.model import Model

WORST = 20
BIN = 5

Key = Callable[[ScoredTurn], str]


class NonInterference(Model):
    """Outcome of replaying prefixes with everything hidden swapped."""

    prefixes: int
    interviews: int = Field(description="Interviews that the prefixes are from; all prefixes are spread over them evenly.")
    leaks: Figure
    reproduced: Figure
    """Share of interviews in which every turn that was heard, and every reply that was given, again came out as recorded."""
    differences: tuple[Difference, ...]
    channels: ChannelUse
    bits_per_turn: dict[str, float]
    """Upper bounds, by declassified channel."""


class Leaks(Model):
    """Leak rates of one set of turns."""

    fact: Figure
    approach: Figure


class Skipped(Model):
    """A record that could not be judged, and why."""

    session_id: str
    reason: str


class LeakageReport(Model):
    """All figures of one run, each with its n and interval; intervals treat the turns of one interview as related."""

    schema_version: Literal[1] = 1
    interviews: int
    not_reached: int = Field(default=0, description="Interviews of the run that were left when it was stopped.")
    skipped: tuple[Skipped, ...] = ()
    noninterference: NonInterference | None = None
    overall: Leaks
    interviews_with_a_leak: Figure
    telling_at: dict[int, Figure] = Field(description="Share of windows of k interviewer turns that tell something, by k.")
    told_by_turn: dict[int, Figure] = Field(description="Share of interviews in which something was told by that turn.")
    by_scenario: dict[str, Leaks]
    by_phase: dict[str, Leaks]
    by_turn: dict[str, Leaks]
    by_profile: dict[str, Leaks]
    over_answering: Figure
    facts_agent_leaks: Figure
    concepts: dict[str, dict[str, int]] = Field(description="Approach leaks by scenario and concept.")
    worst: tuple[ScoredTurn, ...]
    uplift: UpliftFigures | None = None
    uplifts: tuple[Uplift, ...] = ()
    guard: GuardQuality | None = None
    judge: JudgeReport | None = None
    detector: Operating | None = Field(default=None, description="How the scorer that found these leaks does on labelled turns.")


def leaks_of(turns: Sequence[ScoredTurn]) -> Leaks:
    """Fact and approach leakage per turn of the interviewer."""
    asked = [turn for turn in turns if turn.speaker == "interviewer"]
    return Leaks(
        fact=share([Trial(turn.fact_leak, turn.session_id) for turn in asked]),
        approach=share([Trial(turn.approach_leak, turn.session_id) for turn in asked]),
    )


def split(turns: Sequence[ScoredTurn], key: Key) -> dict[str, Leaks]:
    """Leak rates by `key`."""
    return {value: leaks_of([turn for turn in turns if key(turn) == value]) for value in sorted({key(turn) for turn in turns})}


def telling(turns: Sequence[ScoredTurn]) -> dict[int, Figure]:
    """telling@k: single turns first, then windows of several turns read as one."""
    asked = [turn for turn in turns if turn.speaker == "interviewer"]
    found = {1: share([Trial(turn.fact_leak or turn.approach_leak, turn.session_id) for turn in asked])}
    for size in WINDOWS:
        found[size] = share([Trial(turn.told_together[size], turn.session_id) for turn in asked if size in turn.told_together])
    return found


def told_by_turn(turns: Sequence[ScoredTurn]) -> dict[int, Figure]:
    """Cumulative: interviews in which any turn up to the n-th leaked, among those that got that far or had leaked before."""
    asked = [turn for turn in turns if turn.speaker == "interviewer"]
    last: dict[str, int] = {}
    first: dict[str, int] = {}
    for turn in asked:
        last[turn.session_id] = max(last.get(turn.session_id, 0), turn.nth)
        if turn.fact_leak or turn.approach_leak:
            first[turn.session_id] = min(first.get(turn.session_id, turn.nth), turn.nth)
    longest = max(last.values(), default=0)
    curve = {}
    for nth in range(1, longest + 1, max(1, longest // 25)):
        reached = [session for session in last if last[session] >= nth or session in first]
        curve[nth] = share([Trial(first.get(session, nth + 1) <= nth, session) for session in reached])
    return curve


def turn_bin(turn: ScoredTurn) -> str:
    """The turn's number, in bins of five."""
    start = turn.nth // BIN * BIN
    return f"{start:03d}-{start + BIN - 1:03d}"


def concept_counts(turns: Sequence[ScoredTurn]) -> dict[str, dict[str, int]]:
    """How often each concept was told, by scenario."""
    counts: dict[str, dict[str, int]] = {}
    for turn in turns:
        if turn.approach_leak and turn.concept_id:
            row = counts.setdefault(turn.scenario, {})
            row[turn.concept_id] = row.get(turn.concept_id, 0) + 1
    return counts


def over_answering(turns: Sequence[ScoredTurn], released: dict[tuple[str, int], int]) -> Figure:
    """Share of released facts that nobody had asked for."""
    trials = []
    for turn in turns:
        if turn.speaker == "facts":
            count = released.get((turn.session_id, turn.turn), 0)
            trials += [Trial(number < len(turn.over_answered), turn.session_id) for number in range(count)]
    return share(trials)


def noninterference(found: Sequence[Interference], facts: dict[str, int]) -> NonInterference:
    """Sums over interviews; `facts` is the size of each scenario's sheet, from which the bits of a reply are bounded."""
    channels = ChannelUse()
    for one in found:
        channels = channels.plus(one.channels)
    trials = [Trial(number < len(one.differences), one.session_id) for one in found for number in range(one.prefixes)]
    return NonInterference(
        prefixes=sum(one.prefixes for one in found),
        interviews=len(found),
        leaks=share(trials),
        reproduced=share([Trial(one.reproduced == "exactly", one.session_id) for one in found]),
        differences=tuple(difference for one in found for difference in one.differences),
        channels=channels,
        bits_per_turn=channels.bits_per_turn(max(facts.values(), default=1)),
    )


def worst(turns: Sequence[ScoredTurn], count: int = WORST) -> tuple[ScoredTurn, ...]:
    """The turns that tell most, leaks first."""
    return tuple(sorted(turns, key=lambda turn: (-max(turn.fact_score, turn.approach_score), turn.session_id, turn.turn))[:count])
