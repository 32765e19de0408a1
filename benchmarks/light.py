"""Roles that do next to nothing, so that a benchmark sees the graph alone, and a model that only takes its time."""

# ruff: noqa: ARG002
import asyncio

from agents.candidate import CandidateTurn, CandidateView
from agents.cast import Cast
from agents.dialogue import Transcript
from agents.facts import FactsReply
from agents.grader import Interview
from agents.guard import Verdict
from agents.hints import HintServer
from agents.interviewer import Draft, InterviewerView, Schedule
from agents.record import Note
from agents.router import Heard, Routing
from agents.scorecard import OverallScore, Scorecard
from scenarios.brief import Brief
from scenarios.names import AREAS, AreaId

QUESTION = "Thank you. Which part of that would you look at first?"


class SlowModel:
    """Answers every call with `text` after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.calls = 0

    async def call(self, text: str) -> str:
        """One call."""
        self.calls += 1
        await asyncio.sleep(self._seconds)
        return text


class ModelCandidate:
    """Says its lines through the model, then ends the interview."""

    def __init__(self, model: SlowModel, lines: list[str]) -> None:
        self._model, self._lines = model, iter(lines)

    async def speak(self, view: CandidateView) -> CandidateTurn:
        """The next line."""
        line = next(self._lines, None)
        if line is None:
            return CandidateTurn(text="", seconds=0, command="end")
        return CandidateTurn(text=await self._model.call(line), seconds=1.0)


class ModelInterviewer:
    """Asks one question, through the model."""

    def __init__(self, model: SlowModel, brief: Brief) -> None:
        self._model, self._brief = model, brief

    def open(self) -> Draft:
        """The brief's opening."""
        return self._draft(self._brief.opening, closing=False)

    async def reply(self, view: InterviewerView) -> Draft:
        """The question; closing needs no call."""
        if view.command == "end":
            return self._draft("Thank you, that is all.", closing=True)
        return self._draft(await self._model.call(QUESTION), closing=False)

    def _draft(self, text: str, *, closing: bool) -> Draft:
        act = "closing" if closing else "probe"
        return Draft(text=text, act=act, fallback=QUESTION, phase=self._brief.phases[0].id, closing=closing)


class _Router:
    def route(self, heard: Heard) -> Routing:
        return Routing(acts=("statement",), statement=heard.text)


class _Facts:
    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        return FactsReply(text="", acts=(), answers=())


class _Guard:
    def review(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Verdict:
        return Verdict(blocked=False)


class _Grader:
    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        return ()

    async def grade(self, interview: Interview) -> Scorecard:
        overall = OverallScore(decision_at_target="not assessed")
        return Scorecard(target_level="IC6", criteria=(), dimensions=(), overall=overall, grader="none/1")


class _Coverage:
    areas: tuple[AreaId, ...] = AREAS

    def talk(self, text: str) -> dict[AreaId, int]:
        return {}


def light_cast(brief: Brief, minutes: float, model: SlowModel) -> Cast:
    """A cast in which only the interviewer takes time, and only the model's."""
    return Cast(
        router=_Router(),
        facts=_Facts(),
        interviewer=ModelInterviewer(model, brief),
        guard=_Guard(),
        grader=_Grader(),
        hints=HintServer(()),
        coverage=_Coverage(),
        schedule=Schedule(brief, minutes),
        stamps={},
    )
