"""Measures non-interference: everything hidden is swapped for decoys, and the next turn produced again from the same prefix."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

from pydantic import Field

from agents.cast import Cast
from agents.encoder import SentenceEncoder
from agents.record import Record
from agents.settings import Settings
from evals.leakage.decoys import plausible, swap
from evals.leakage.prefixes import Prefix, Walk
from evals.leakage.replay import State, Stepper, exchanges
from evals.leakage.watch import PUBLIC_PORTS, Log, Passed, as_text, watched
from scenarios.model import Model
from scenarios.scenario import Scenario

MakeCast = Callable[[Scenario, Settings, SentenceEncoder], Cast]

RUNGS = 15
"""Rungs that a scenario's ladders hold together, at the most."""
SHOWN = ("transcript", "clock", "ended")
"""Channels that the candidate's screen is drawn from."""


class Difference(Model):
    """One byte or more that depended on something hidden."""

    session_id: str
    scenario: str
    turn: int = Field(description="Index of the first turn of the reply.")
    where: str = Field(description="The port or channel that differed first.")
    real: str
    decoy: str


class ChannelUse(Model):
    """What went through a declassified channel."""

    turns: int = 0
    facts_replies: int = 0
    facts_released: int = 0
    guard_reviews: int = 0
    guard_blocks: int = 0
    hints: int = 0

    def plus(self, other: "ChannelUse") -> "ChannelUse":
        """Sum of two counts."""
        return ChannelUse.model_validate({name: getattr(self, name) + getattr(other, name) for name in ChannelUse.model_fields})

    def bits_per_turn(self, facts: int) -> dict[str, float]:
        """At most how many bits each channel carried in an average turn of the interviewer or the facts agent.

        A reply names up to three of `facts` sentences or one of five fixed strings; a review is one bit, whose entropy
        follows from how often it blocks; a rung is one line of a ladder, chosen by code from what was asked before.
        """
        turns = max(1, self.turns)
        replies = math.log2(sum(math.comb(facts, count) for count in range(1, 4)) + 5)
        blocks = self.guard_blocks / max(1, self.guard_reviews)
        return {
            "facts": self.facts_replies * replies / turns,
            "guard": self.guard_reviews * _entropy(blocks) / turns,
            "hints": self.hints * math.log2(RUNGS + 1) / turns,
        }


class Interference(Model):
    """The outcome for one interview."""

    session_id: str
    scenario: str
    prefixes: int
    reproduced: Literal["exactly", "differs"]
    differences: tuple[Difference, ...]
    channels: ChannelUse


class Swapped:
    """The casts that an interview of one scenario is replayed with: the real one and those built on decoys."""

    def __init__(
        self, scenario: Scenario, settings: Settings, encoder: SentenceEncoder, make_cast: MakeCast, seeds: Sequence[int] = (1, 2)
    ) -> None:
        self.settings = settings
        self.real = make_cast(scenario, settings, encoder)
        self.decoys = [make_cast(swap(scenario, plausible(seed)), settings, encoder) for seed in seeds]


async def interference(record: Record, casts: Swapped, *, k: int, rng: Random) -> Interference:
    """At `k` sampled prefixes of `record`, answer the next turn once more, and with everything hidden swapped."""
    count = len(exchanges(record))
    chosen = frozenset(rng.sample(range(count), min(k, count)))
    walk = Walk(record, casts.real, casts.settings)
    differences: list[Difference] = []
    last = max(chosen, default=-1)
    async for prefix in walk.prefixes():
        if prefix.number > last:
            break
        if prefix.number in chosen:
            pair = _Pair(casts.real, casts.decoys[rng.randrange(len(casts.decoys))], casts.settings)
            found = await pair.differing(prefix)
            walk.compare(pair.real, prefix.exchange.turns)
            if found is not None:
                at = len(prefix.state["transcript"])
                differences.append(_difference(record, at, found))
    return Interference(
        session_id=record.session_id,
        scenario=record.scenario.id,
        prefixes=len(chosen),
        reproduced="exactly" if walk.faithful else "differs",
        differences=tuple(differences),
        channels=channel_use(record),
    )


class _Pair:
    """One turn answered in both worlds."""

    def __init__(self, real: Cast, decoy: Cast, settings: Settings) -> None:
        self._real, self._decoy, self._settings = real, decoy, settings
        self.real: State = {}
        """The state after the reply of the real cast."""

    async def differing(self, prefix: Prefix) -> tuple[str, str, str] | None:
        """The first port or shown channel that differs, with both texts."""
        ours, theirs = Log(), Log()
        cast, kept = watched(self._real, ours)
        self.real = await Stepper(cast, self._settings).answer(prefix.state, prefix.exchange.said)
        cast, _ = watched(self._decoy, theirs, again=kept)
        other = await Stepper(cast, self._settings).answer(prefix.state, prefix.exchange.said)
        return _first_difference(ours.only(PUBLIC_PORTS), theirs.only(PUBLIC_PORTS)) or _shown_difference(self.real, other)


def _first_difference(ours: Sequence[Passed], theirs: Sequence[Passed]) -> tuple[str, str, str] | None:
    for one, two in zip(ours, theirs, strict=False):
        if one != two:
            return one.port, *_around(one.text, two.text)
    if len(ours) != len(theirs):
        return "calls", as_text([item.port for item in ours]), as_text([item.port for item in theirs])
    return None


def _shown_difference(real: State, decoy: State) -> tuple[str, str, str] | None:
    for channel in SHOWN:
        one, two = as_text(real.get(channel)), as_text(decoy.get(channel))
        if one != two:
            return channel, *_around(one, two)
    return None


def _difference(record: Record, at: int, found: tuple[str, str, str]) -> Difference:
    where, ours, theirs = found
    return Difference(session_id=record.session_id, scenario=record.scenario.id, turn=at, where=where, real=ours, decoy=theirs)


def _entropy(p: float) -> float:
    return 0.0 if p in (0.0, 1.0) else -p * math.log2(p) - (1 - p) * math.log2(1 - p)


def _around(one: str, two: str, width: int = 120) -> tuple[str, str]:
    """Both texts around the place where they part."""
    at = next(
        (place for place, (left, right) in enumerate(zip(one, two, strict=False)) if left != right), min(len(one), len(two))
    )
    start = max(0, at - 30)
    return one[start : at + width], two[start : at + width]


def channel_use(record: Record) -> ChannelUse:
    """How often each declassified channel spoke in a record."""
    acts = Counter(act for turn in record.turns if turn.speaker == "interviewer" for act in turn.acts)
    notes = [turn.guard for turn in record.turns if turn.guard is not None]
    return ChannelUse(
        turns=sum(turn.speaker != "candidate" for turn in record.turns),
        facts_replies=sum(turn.speaker == "facts" for turn in record.turns),
        facts_released=sum(len(turn.released_fact_ids) for turn in record.turns),
        guard_reviews=len(notes),
        guard_blocks=sum(note.draft is not None for note in notes),
        hints=acts["hint"],
    )
