"""The nodes of the interview graph: each closes over the one role it runs, reads its compartment and writes its own channels."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from agents.candidate import Candidate, CandidateView
from agents.cast import Cast, Redraft
from agents.coverage import AreaMeter, add, coverage_of, leading_area
from agents.dialogue import Transcript, Utterance, clean, words
from agents.facts import FactsAgent, FactsReply
from agents.grader import Grader, Interview
from agents.guard import Guard
from agents.hints import HintServer
from agents.interviewer import Clock, Draft, Interviewer, InterviewerView, Schedule
from agents.record import GuardNote, Turn
from agents.router import Heard, Router, Routing
from agents.settings import Settings
from graphs.state import (
    CandidateReads,
    DeliverReads,
    FactsReads,
    GradeReads,
    HearReads,
    HintReads,
    InterviewerReads,
    Json,
    Nothing,
)
from scenarios.names import AREAS, AreaId

NodeFunction = Callable[[Any], Awaitable[Json]]

PREVIOUS_TURNS = 6
SPEAKING_WORDS_PER_SECOND = 2.5
MAX_TURN_CHARS = 200_000
_PUBLIC = tuple(name for name in Utterance.model_fields if name != "acts")


class Node(NamedTuple):
    """A node with its compartment: the schema it reads and the channels it may write."""

    run: NodeFunction
    reads: type
    writes: frozenset[str]


class WriteOutsideCompartmentError(RuntimeError):
    """A node tried to write a channel that is not its own."""


def confine(name: str, node: Node) -> NodeFunction:
    """`node.run`, refusing writes outside its compartment (LangGraph itself only narrows reads)."""

    async def confined(state: Any) -> Json:
        update = await node.run(state)
        outside = set(update) - node.writes
        if outside:
            raise WriteOutsideCompartmentError(f"node '{name}' wrote {sorted(outside)}, which is not among its channels")
        return update

    return confined


def open_node(interviewer: Interviewer, settings: Settings) -> Node:
    """Delivers the opening; the opening is public text of the brief and needs no guard."""

    async def run(_state: Nothing) -> Json:
        draft = interviewer.open()
        clock = Clock(phase=draft.phase, elapsed=_spoken(draft.text, settings))
        return {
            "transcript": [_utterance(0, "interviewer", draft.text, clock, (draft.act,))],
            "ledger": [{"index": 0}],
            "clock": clock.model_dump(),
            "talk": {},
            "released": [],
            "used_probes": [],
            "hints_given": {},
        }

    writes = {"transcript", "ledger", "clock", "talk", "released", "used_probes", "hints_given"}
    return Node(run, Nothing, frozenset(writes))


def simulated_candidate_node(candidate: Candidate, schedule: Schedule) -> Node:
    """A simulated candidate's turn."""

    async def run(state: CandidateReads) -> Json:
        clock = Clock.model_validate(state["clock"])
        view = CandidateView(transcript=_transcript(state), phase=clock.phase, seconds_left=max(0.0, schedule.left(clock)))
        turn = await candidate.speak(view)
        return {"said": turn.model_dump(mode="json")}

    return Node(run, CandidateReads, frozenset({"said"}))


def hear_node(router: Router, coverage: AreaMeter, grader: Grader) -> Node:
    """Routes the candidate's turn, adds it to the transcript and takes the grader's notes."""

    async def run(state: HearReads) -> Json:
        said = state["said"]
        text = clean(said["text"])[:MAX_TURN_CHARS]
        before = _transcript(state)
        routing = router.route(Heard(text=text, previous=before[-PREVIOUS_TURNS:]))
        clock = Clock.model_validate(state["clock"])
        clock = clock.model_copy(update={"elapsed": clock.elapsed + float(said.get("seconds") or 0.0)})
        update: Json = {
            "clock": clock.model_dump(),
            "routing": routing.model_dump(mode="json"),
            "facts_reply": None,
            "draft": None,
        }
        command = said.get("command")
        if command and not text.strip():
            return update | {"ledger": [{"index": len(before), "command": command}]}
        talk = coverage.talk(routing.statement or text)
        area = leading_area(talk)
        turn = _utterance(len(before), "candidate", text, clock, routing.acts, area)
        assisted = sorted(area for area, rungs in state.get("hints_given", {}).items() if rungs)
        notes = grader.note((*before, Utterance.model_validate(turn)))
        return update | {
            "transcript": [turn],
            "ledger": [{"index": len(before), "assisted": assisted, "usage": said.get("usage"), "command": command}],
            "talk": add(state.get("talk", {}), talk),  # type: ignore[arg-type]
            "notes": [note.model_dump(mode="json") for note in notes],
        }

    writes = {"transcript", "ledger", "notes", "clock", "routing", "talk", "facts_reply", "draft"}
    return Node(run, HearReads, frozenset(writes))


def facts_node(agent: FactsAgent) -> Node:
    """Answers the questions of the turn; the agent never sees the transcript."""

    async def run(state: FactsReads) -> Json:
        routing = Routing.model_validate(state["routing"])
        reply = await agent.answer(routing.questions)
        return {"facts_reply": reply.model_dump(mode="json")}

    return Node(run, FactsReads, frozenset({"facts_reply"}))


def interviewer_node(interviewer: Interviewer, areas: tuple[AreaId, ...]) -> Node:
    """Drafts the interviewer's turn."""

    async def run(state: InterviewerReads) -> Json:
        view = InterviewerView(
            transcript=_transcript(state),
            routing=Routing.model_validate(state["routing"]),
            clock=Clock.model_validate(state["clock"]),
            coverage=coverage_of(state.get("talk", {}), areas),  # type: ignore[arg-type]
            used_probes=tuple(state.get("used_probes", ())),
            command=state["said"].get("command"),
        )
        draft = await interviewer.reply(view)
        return {"draft": draft.model_dump(mode="json")}

    return Node(run, InterviewerReads, frozenset({"draft"}))


def hint_node(hints: HintServer, schedule: Schedule, settings: Settings) -> Node:
    """Gives one rung of the hint ladder, by code, for the area that the talk is about."""

    async def run(state: HintReads) -> Json:
        transcript = _transcript(state)
        clock = Clock.model_validate(state["clock"])
        given: dict[AreaId, int] = {area: count for area, count in state.get("hints_given", {}).items() if area in AREAS}
        latest = [turn.area for turn in reversed(transcript) if turn.area][:1]
        rung = hints.next_rung(given, (*latest, *schedule.areas(clock.phase)))
        clock = clock.model_copy(update={"elapsed": clock.elapsed + _spoken(rung.text, settings)})
        if rung.area:
            given[rung.area] = given.get(rung.area, 0) + 1
        index = len(transcript)
        return {
            "transcript": [_utterance(index, "interviewer", rung.text, clock, ("hint",), rung.area)],
            "ledger": [{"index": index, "assisted": sorted(given)}],
            "hints_given": given,
            "clock": clock.model_dump(),
        }

    return Node(run, HintReads, frozenset({"transcript", "ledger", "hints_given", "clock"}))


def deliver_node(guard: Guard, settings: Settings, redraft: Redraft | None = None) -> Node:
    """Passes the draft through the guard and says what is to be said; a blocked draft may be redrafted once, without a reason."""

    async def run(state: DeliverReads) -> Json:
        return await _Delivery(state, settings, redraft).run(guard)

    writes = {"transcript", "ledger", "released", "used_probes", "clock", "ended"}
    return Node(run, DeliverReads, frozenset(writes))


class _Delivery:
    """Collects the updates of one delivery."""

    def __init__(self, state: DeliverReads, settings: Settings, redraft: Redraft | None) -> None:
        self._settings = settings
        self._redraft = redraft
        self._state = state
        self._before = _transcript(state)
        self._clock = Clock.model_validate(state["clock"])
        self._said: list[Json] = []
        self._ledger: list[Json] = []
        self._update: Json = {}

    async def run(self, guard: Guard) -> Json:
        released = list(self._state.get("released", ()))
        if self._state.get("facts_reply"):
            reply = FactsReply.model_validate(self._state["facts_reply"])
            released = list(dict.fromkeys([*released, *reply.fact_ids]))
            self._update["released"] = released
            self._say(
                "facts", reply.text, reply.acts, None, {"released_fact_ids": list(reply.fact_ids), "usage": _dump(reply.usage)}
            )
        if self._state.get("draft"):
            await self._interviewer(Draft.model_validate(self._state["draft"]), guard, frozenset(released))
        if self._index >= self._settings.max_turns:
            self._update["ended"] = {"reason": "turn_limit"}
        return self._update | {"transcript": self._said, "ledger": self._ledger, "clock": self._clock.model_dump()}

    async def _interviewer(self, draft: Draft, guard: Guard, released: frozenset[str]) -> None:
        heard = (*self._before, *(Utterance.model_validate(turn) for turn in self._said))
        draft, note = await self._guarded(draft, heard, guard, released)
        blocked = note.verdict == "replaced"
        if draft.phase != self._clock.phase:
            self._clock = self._clock.model_copy(update={"phase": draft.phase, "phase_started": self._clock.elapsed})
        private = {
            "guard": note.model_dump(mode="json"),
            "probe_id": draft.probe_id,
            "usage": _dump(draft.usage),
            "error": draft.error,
        }
        text = draft.fallback if blocked else draft.text
        self._say("interviewer", text, ("neutral",) if blocked else (draft.act,), draft.area, private)
        if draft.probe_id:
            self._update["used_probes"] = [*self._state.get("used_probes", ()), draft.probe_id]
        if draft.closing:
            self._update["ended"] = {"reason": _reason(self._clock, self._settings)}

    async def _guarded(self, draft: Draft, heard: Transcript, guard: Guard, released: frozenset[str]) -> tuple[Draft, GuardNote]:
        """The draft that may be said, and the guard's note, which keeps the first draft that was blocked."""
        verdict = guard.review(draft.text, heard, released)
        if not verdict.blocked:
            return draft, GuardNote(verdict="passed")
        reasons = tuple(f"{item.kind} {item.id}: {item.how}" for item in verdict.findings)
        second = await self._redraft(draft, heard, self._clock) if self._redraft else None
        if second is not None and not guard.review(second.text, heard, released).blocked:
            return second, GuardNote(verdict="passed", reasons=reasons, draft=draft.text)
        return second or draft, GuardNote(verdict="replaced", reasons=reasons, draft=draft.text)

    def _say(self, speaker: str, text: str, acts: tuple[str, ...], area: AreaId | None, private: Json) -> None:
        self._clock = self._clock.model_copy(update={"elapsed": self._clock.elapsed + _spoken(text, self._settings)})
        self._said.append(_utterance(self._index, speaker, text, self._clock, acts, area))
        self._ledger.append({"index": self._index - 1, **private})

    @property
    def _index(self) -> int:
        return len(self._before) + len(self._said)


def grade_node(grader: Grader) -> Node:
    """Scores the whole interview."""

    async def run(state: GradeReads) -> Json:
        turns = join_turns(state.get("transcript", []), state.get("ledger", []))
        minutes = Clock.model_validate(state["clock"]).elapsed / 60
        scorecard = await grader.grade(Interview(turns=turns, minutes=minutes))
        return {"scorecard": scorecard.model_dump(mode="json")}

    return Node(run, GradeReads, frozenset({"scorecard"}))


def join_turns(transcript: list[Json], ledger: list[Json]) -> tuple[Turn, ...]:
    """The public turns with their private annotations."""
    private: dict[int, Json] = {}
    for entry in ledger:
        private.setdefault(entry["index"], {}).update(entry)
    return tuple(Turn.model_validate(turn | private.get(turn["index"], {})) for turn in transcript)


def nodes_of(cast: Cast, settings: Settings, candidate: Node) -> dict[str, Node]:
    """All nodes of the graph by name."""
    return {
        "open": open_node(cast.interviewer, settings),
        "candidate": candidate,
        "hear": hear_node(cast.router, cast.coverage, cast.grader),
        "facts": facts_node(cast.facts),
        "interviewer": interviewer_node(cast.interviewer, cast.coverage.areas),
        "hint": hint_node(cast.hints, cast.schedule, settings),
        "deliver": deliver_node(cast.guard, settings, cast.redraft),
        "grade": grade_node(cast.grader),
    }


def _transcript(state: Mapping[str, Any]) -> Transcript:
    return tuple(_seen(*map(turn.get, _PUBLIC), tuple(turn.get("acts", ()))) for turn in state.get("transcript", ()))


@lru_cache(maxsize=16_384)
def _seen(*values: Any) -> Utterance:
    """One public turn; every node reads the whole transcript, so that each turn is validated once and not once a reading."""
    return Utterance.model_validate(dict(zip((*_PUBLIC, "acts"), values, strict=True)))


def _utterance(index: int, speaker: str, text: str, clock: Clock, acts: tuple[str, ...], area: AreaId | None = None) -> Json:
    turn = {
        "index": index,
        "speaker": speaker,
        "text": text,
        "phase": clock.phase,
        "at": round(clock.elapsed, 1),
        "acts": acts,
        "area": area,
    }
    return Utterance.model_validate(turn).model_dump(mode="json")


def _spoken(text: str, settings: Settings) -> float:
    return words(text) / SPEAKING_WORDS_PER_SECOND if settings.simulated_clock else 0.0


def _reason(clock: Clock, settings: Settings) -> str:
    return "time" if clock.elapsed >= settings.minutes * 60 else "finished"


def _dump(value: Any) -> Any:
    return value.model_dump(mode="json") if value is not None else None
