"""Wraps the roles of a cast so that every byte into and out of them is kept, and declassified replies can be replayed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from agents.candidate import Candidate, CandidateTurn, CandidateView
from agents.cast import Cast, Redraft
from agents.coverage import AreaMeter
from agents.dialogue import Transcript
from agents.facts import FactsAgent, FactsReply
from agents.grader import Grader, Interview
from agents.guard import Guard, Verdict
from agents.hints import HintServer, Rung
from agents.interviewer import Clock, Draft, Interviewer, InterviewerView
from agents.record import Note
from agents.router import Heard, Router, Routing
from agents.scorecard import Scorecard
from scenarios.names import AreaId

Port = Literal[
    "router in", "router out", "coverage in", "coverage out", "interviewer in", "interviewer out", "facts in", "facts out",
    "guard in", "guard out", "hints out", "grader in", "grader out", "candidate in", "candidate out",
]  # fmt: skip
PUBLIC_PORTS: tuple[Port, ...] = (
    "router in", "router out", "coverage in", "coverage out", "interviewer in", "interviewer out", "facts in",
    "candidate in", "candidate out",
)  # fmt: skip
"""What may not depend on anything hidden; the others are declassified, or belong to roles that hold secrets."""


class Passed(NamedTuple):
    """One thing that went through a port."""

    port: Port
    text: str


@dataclass
class Log:
    """Everything that passed, in order."""

    passed: list[Passed] = field(default_factory=list)

    def keep(self, port: Port, value: Any) -> None:
        """Note `value` as JSON text."""
        self.passed.append(Passed(port, as_text(value)))

    def only(self, ports: Iterable[Port]) -> list[Passed]:
        """What went through these ports."""
        wanted = frozenset(ports)
        return [item for item in self.passed if item.port in wanted]


@dataclass
class Declassified:
    """The outputs of the three declassified channels of one run, in order, to be given again in another."""

    replies: list[FactsReply] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    rungs: list[Rung] = field(default_factory=list)

    def clear(self) -> None:
        """Forget everything."""
        self.replies.clear()
        self.verdicts.clear()
        self.rungs.clear()


@dataclass
class WatchedRouter:
    """A router with its log."""

    inner: Router
    log: Log

    def route(self, heard: Heard) -> Routing:
        self.log.keep("router in", heard)
        routing = self.inner.route(heard)
        self.log.keep("router out", routing)
        return routing


@dataclass
class WatchedCoverage:
    """A coverage meter with its log."""

    inner: AreaMeter
    log: Log

    @property
    def areas(self) -> tuple[AreaId, ...]:
        return self.inner.areas

    def talk(self, text: str) -> dict[AreaId, int]:
        self.log.keep("coverage in", text)
        talk = self.inner.talk(text)
        self.log.keep("coverage out", talk)
        return talk


@dataclass
class WatchedInterviewer:
    """An interviewer with its log."""

    inner: Interviewer
    log: Log

    def open(self) -> Draft:
        draft = self.inner.open()
        self.log.keep("interviewer out", draft)
        return draft

    async def reply(self, view: InterviewerView) -> Draft:
        self.log.keep("interviewer in", view)
        draft = await self.inner.reply(view)
        self.log.keep("interviewer out", draft)
        return draft


@dataclass
class WatchedFacts:
    """A facts agent whose replies are kept, or given again if there are kept ones."""

    inner: FactsAgent
    log: Log
    kept: Declassified
    again: Declassified | None = None

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        self.log.keep("facts in", questions)
        if self.again is not None and len(self.kept.replies) < len(self.again.replies):
            reply = self.again.replies[len(self.kept.replies)]
        else:
            reply = await self.inner.answer(questions)
        self.kept.replies.append(reply)
        self.log.keep("facts out", reply)
        return reply


@dataclass
class WatchedGuard:
    """A guard whose verdicts are kept, or given again if there are kept ones."""

    inner: Guard
    log: Log
    kept: Declassified
    again: Declassified | None = None

    def review(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Verdict:
        self.log.keep("guard in", {"draft": draft, "transcript": transcript, "released": sorted(released)})
        if self.again is not None and len(self.kept.verdicts) < len(self.again.verdicts):
            verdict = self.again.verdicts[len(self.kept.verdicts)]
        else:
            verdict = self.inner.review(draft, transcript, released)
        self.kept.verdicts.append(verdict)
        self.log.keep("guard out", verdict)
        return verdict


class WatchedHints(HintServer):
    """A hint server whose rungs are kept, or given again if there are kept ones."""

    def __init__(self, inner: HintServer, log: Log, kept: Declassified, again: Declassified | None) -> None:
        super().__init__(())
        self._inner = inner
        self._log = log
        self._kept = kept
        self._again = again

    def next_rung(self, given: dict[AreaId, int], wanted: tuple[AreaId, ...]) -> Rung:
        if self._again is not None and len(self._kept.rungs) < len(self._again.rungs):
            rung = self._again.rungs[len(self._kept.rungs)]
        else:
            rung = self._inner.next_rung(given, wanted)
        self._kept.rungs.append(rung)
        self._log.keep("hints out", rung._asdict())
        return rung


@dataclass
class WatchedGrader:
    """A grader with its log."""

    inner: Grader
    log: Log

    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        self.log.keep("grader in", transcript)
        notes = self.inner.note(transcript)
        self.log.keep("grader out", notes)
        return notes

    async def grade(self, interview: Interview) -> Scorecard:
        self.log.keep("grader in", interview)
        scorecard = await self.inner.grade(interview)
        self.log.keep("grader out", scorecard)
        return scorecard


@dataclass
class WatchedCandidate:
    """A candidate with its log."""

    inner: Candidate
    log: Log

    async def speak(self, view: CandidateView) -> CandidateTurn:
        self.log.keep("candidate in", view)
        turn = await self.inner.speak(view)
        self.log.keep("candidate out", turn)
        return turn


def watched(cast: Cast, log: Log, again: Declassified | None = None) -> tuple[Cast, Declassified]:
    """`cast` with every role wrapped; with `again`, the declassified outputs of another run are given once more."""
    kept = Declassified()
    roles = replace(
        cast,
        redraft=_watched_redraft(cast.redraft, log),
        router=WatchedRouter(cast.router, log),
        coverage=WatchedCoverage(cast.coverage, log),
        interviewer=WatchedInterviewer(cast.interviewer, log),
        facts=WatchedFacts(cast.facts, log, kept, again),
        guard=WatchedGuard(cast.guard, log, kept, again),
        hints=WatchedHints(cast.hints, log, kept, again),
        grader=WatchedGrader(cast.grader, log),
    )
    return roles, kept


def _watched_redraft(redraft: Redraft | None, log: Log) -> Redraft | None:
    if redraft is None:
        return None

    async def again(draft: Draft, transcript: Transcript, clock: Clock) -> Draft | None:
        log.keep("interviewer in", {"draft": draft, "transcript": transcript, "clock": clock})
        second = await redraft(draft, transcript, clock)
        log.keep("interviewer out", second)
        return second

    return again


def as_text(value: Any) -> str:
    """Any value that crosses a border as JSON text, the same for equal values."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
