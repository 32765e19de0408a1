"""Walks through a recorded interview: the graph's state before each candidate turn, without having the replies made again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from agents.cast import Cast
from agents.dialogue import Transcript, words
from agents.grader import Interview
from agents.record import Note, Record, Turn
from agents.scorecard import Scorecard
from agents.settings import Settings
from evals.leakage.replay import Exchange, State, Stepper, exchanges
from graphs.nodes import SPEAKING_WORDS_PER_SECOND


class Prefix(NamedTuple):
    """A recorded interview up to one turn of the candidate's."""

    number: int
    state: State
    exchange: Exchange


@dataclass
class NoNotes:
    """A grader that jots nothing down: its notes reach nobody before the interview is over."""

    def note(self, transcript: Transcript) -> tuple[Note, ...]:  # noqa: ARG002
        return ()

    async def grade(self, interview: Interview) -> Scorecard:
        raise NotImplementedError


class Walk:
    """Hears each recorded turn of the candidate by the cast, and takes each reply from the record."""

    def __init__(self, record: Record, cast: Cast, settings: Settings) -> None:
        self._record = record
        self._settings = settings
        self._stepper = Stepper(replace(cast, grader=NoNotes()), settings)
        self.faithful = True
        """Whether everything so far came out as recorded."""

    async def prefixes(self) -> AsyncIterator[Prefix]:
        """The state before each turn of the candidate's, in order."""
        state = await self._stepper.start()
        opening = self._record.turns[:1]
        self.compare(state, opening)
        state["transcript"] = [public(turn) for turn in opening]
        for number, exchange in enumerate(exchanges(self._record)):
            yield Prefix(number, state, exchange)
            state = await self._after(state, exchange)

    def compare(self, state: State, turns: tuple[Turn, ...]) -> None:
        """Note whether the latest public turns of `state` are those of the record."""
        latest = state["transcript"][len(state["transcript"]) - len(turns) :]
        self.faithful &= latest == [public(turn) for turn in turns]

    async def _after(self, state: State, exchange: Exchange) -> State:
        before = state["transcript"]
        state = await self._stepper.hear(state, exchange.said)
        heard = exchange.turns[: len(state["transcript"]) - len(before)]
        self.compare(state, heard)
        state["transcript"] = [*before, *map(public, exchange.turns)]
        for turn in exchange.turns[len(heard) :]:
            state |= self._spoken(state, turn)
        return state

    def _spoken(self, state: State, turn: Turn) -> State:
        """What a reply changes but for the transcript, as the nodes that deliver would."""
        clock = dict(state["clock"])
        seconds = words(turn.text) / SPEAKING_WORDS_PER_SECOND if self._settings.simulated_clock else 0.0
        if turn.phase != clock["phase"]:
            clock |= {"phase": turn.phase, "phase_started": clock["elapsed"]}
        elapsed = clock["elapsed"] + seconds
        # The record rounds; of a person's interview it knows no more than that.
        clock["elapsed"] = elapsed if round(elapsed, 1) == turn.at else turn.at
        update: State = {"clock": clock}
        if turn.released_fact_ids:
            update["released"] = list(dict.fromkeys([*state["released"], *turn.released_fact_ids]))
        if turn.probe_id:
            update["used_probes"] = [*state["used_probes"], turn.probe_id]
        if "hint" in turn.acts and turn.area:
            update["hints_given"] = state["hints_given"] | {turn.area: state["hints_given"].get(turn.area, 0) + 1}
        return update


def public(turn: Turn) -> dict[str, Any]:
    """The turn as the transcript channel holds it."""
    return turn.public().model_dump(mode="json")
