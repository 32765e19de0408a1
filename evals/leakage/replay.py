"""Sits a recorded interview again: what the candidate said is read off the record and put through the graph's nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from agents.candidate import CandidateTurn, CandidateView
from agents.cast import Cast
from agents.record import Record, Turn
from agents.settings import Settings
from graphs.interview import after_hear
from graphs.nodes import Node, confine, nodes_of, simulated_candidate_node

State = dict[str, Any]

GROWING = ("transcript", "ledger", "notes")
"""Channels to which updates are appended; the others are replaced."""


@dataclass
class Replayed:
    """A candidate who says given turns in order, then ends the interview."""

    turns: Sequence[CandidateTurn]
    spoken: int = 0

    async def speak(self, view: CandidateView) -> CandidateTurn:  # noqa: ARG002
        turn = self.turns[self.spoken] if self.spoken < len(self.turns) else CandidateTurn(text="", seconds=0.0, command="end")
        self.spoken += 1
        return turn


class Stepper:
    """Runs the nodes of one cast from any state, one candidate turn at a time, by the graph's own routes."""

    def __init__(self, cast: Cast, settings: Settings, nodes: Mapping[str, Node] | None = None) -> None:
        self._schedule = cast.schedule
        chosen = nodes or nodes_of(cast, settings, simulated_candidate_node(Replayed(()), cast.schedule))
        self._reads = {name: frozenset(node.reads.__annotations__) for name, node in chosen.items()}
        self._runs = {name: confine(name, node) for name, node in chosen.items()}

    async def start(self) -> State:
        """The state after the opening."""
        return await self._run("open", {"hints_given": {}})

    async def hear(self, state: State, turn: CandidateTurn) -> State:
        """The state once `turn` has been heard, before the reply."""
        return await self._run("hear", state | {"said": turn.model_dump(mode="json")})

    async def answer(self, state: State, turn: CandidateTurn) -> State:
        """The state after the reply to `turn`."""
        state = await self.hear(state, turn)
        ways = after_hear(state, self._schedule)  # type: ignore[arg-type]
        for way in ways:  # those who answer side by side write different channels, so one after the other is the same
            state = await self._run(way, state)
        return state if "hint" in ways else await self._run("deliver", state)

    async def _run(self, name: str, state: State) -> State:
        seen = {channel: value for channel, value in state.items() if channel in self._reads[name]}
        update = await self._runs[name](seen)
        grown = {channel: [*state.get(channel, ()), *update[channel]] for channel in GROWING if channel in update}
        return state | update | grown


class Exchange(NamedTuple):
    """What the candidate said or commanded, and the turns that followed up to its next one."""

    said: CandidateTurn
    turns: tuple[Turn, ...]
    """Its own turn, if it had words, and the replies."""


def exchanges(record: Record) -> tuple[Exchange, ...]:
    """The interview after its opening; a command without words stands on the turn that answered it."""
    found: list[Exchange] = []
    clock = 0.0
    for turn in record.turns:
        if turn.speaker == "candidate":
            seconds = max(0.0, round(turn.at - clock, 1))
            found.append(Exchange(CandidateTurn(text=turn.text, seconds=seconds, command=turn.command), (turn,)))
        elif turn.command is not None:
            found.append(Exchange(CandidateTurn(text="", seconds=0.0, command=turn.command), (turn,)))
        elif found:
            found[-1] = found[-1]._replace(turns=(*found[-1].turns, turn))
        clock = turn.at
    return tuple(found)


def candidate_turns(record: Record) -> tuple[CandidateTurn, ...]:
    """What the candidate said and commanded."""
    return tuple(exchange.said for exchange in exchanges(record))
