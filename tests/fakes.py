"""Scripted roles for tests of the graph itself: each does one obvious thing and remembers what it was shown."""

from dataclasses import dataclass, field

from agents.candidate import CandidateTurn, CandidateView
from agents.cast import Cast
from agents.dialogue import Command, Transcript
from agents.facts import Answer, FactsReply
from agents.grader import Interview
from agents.guard import Finding, Verdict
from agents.hints import HintServer
from agents.interviewer import Draft, EmbeddedInterviewer, InterviewerView, Schedule
from agents.record import Note, RoleStamp
from agents.router import Heard, Routing
from agents.scorecard import CriterionScore, DimensionScore, OverallScore, Scorecard
from agents.settings import Settings
from scenarios.brief import Brief
from scenarios.names import AreaId
from scenarios.reference import HintLadder
from tests.sample import BRIEF


class ScriptedRouter:
    """Question marks make questions; 'I would' makes statements; 'done' finishes."""

    def route(self, heard: Heard) -> Routing:
        acts = []
        if "?" in heard.text:
            acts.append("question")
        if "I would" in heard.text:
            acts.append("statement")
        if heard.text.strip() == "done":
            acts.append("finished")
        questions = (heard.text,) if "?" in heard.text else ()
        return Routing.model_validate({"acts": acts or ["statement"], "questions": questions, "statement": heard.text})


@dataclass
class ScriptedFacts:
    """Answers every question with the same stored sentence."""

    asked: list[str] = field(default_factory=list)

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        self.asked.extend(questions)
        answers = tuple(Answer(question=question, outcome="answered", fact_ids=("volume",)) for question in questions)
        return FactsReply(text="About 4 million items are created per day.", acts=("answer",), answers=answers)


@dataclass
class ScriptedGuard:
    """Blocks drafts that hold the word 'secret'."""

    def review(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Verdict:
        if "secret" not in draft:
            return Verdict(blocked=False)
        return Verdict(blocked=True, score=1.0, findings=(Finding(kind="fact", id="volume", score=1.0, how="stated 'secret'"),))


class ScriptedGrader:
    """Notes the first word of each turn and scores everything IC5."""

    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        turn = transcript[-1]
        return (Note(turn=turn.index, criterion="nav-one", quote=turn.text[:5] or "-", strength=0.5),)

    async def grade(self, interview: Interview) -> Scorecard:
        score = CriterionScore(id="nav-one", dimension="navigation", level=2, status="scored", reason="scripted")
        dimension = DimensionScore(id="navigation", level=2, interval=(1, 3))
        overall = OverallScore(level=2, interval=(1, 3), decision_at_target="below")
        return Scorecard(target_level="IC6", criteria=(score,), dimensions=(dimension,), overall=overall, grader="scripted/1")


class ScriptedCoverage:
    """Everything is about data."""

    areas: tuple[AreaId, ...] = ("navigation", "data")

    def talk(self, text: str) -> dict[AreaId, int]:
        return {"data": len(text.split())}


@dataclass
class RecordingInterviewer:
    """The embedded interviewer, remembering every view; `says` replaces its words."""

    inner: EmbeddedInterviewer
    says: str | None = None
    views: list[InterviewerView] = field(default_factory=list)

    def open(self) -> Draft:
        return self.inner.open()

    async def reply(self, view: InterviewerView) -> Draft:
        self.views.append(view)
        draft = await self.inner.reply(view)
        return draft.model_copy(update={"text": self.says}) if self.says and not draft.closing else draft


@dataclass
class ScriptedCandidate:
    """Speaks its lines in order, then ends the interview."""

    lines: list[str | Command]
    seconds: float = 10.0
    spoken: int = 0

    async def speak(self, view: CandidateView) -> CandidateTurn:
        line = self.lines[self.spoken] if self.spoken < len(self.lines) else "end"
        self.spoken += 1
        if line in {"hint", "next", "end"}:
            return CandidateTurn(text="", seconds=self.seconds, command=line)
        return CandidateTurn(text=line, seconds=self.seconds)


def scripted_cast(settings: Settings, brief: Brief = BRIEF, says: str | None = None) -> Cast:
    """A cast for `brief` in which only the interviewer is real."""
    return Cast(
        router=ScriptedRouter(),
        facts=ScriptedFacts(),
        interviewer=RecordingInterviewer(EmbeddedInterviewer(brief, settings), says),
        guard=ScriptedGuard(),
        grader=ScriptedGrader(),
        hints=HintServer((HintLadder(area="data", rungs=("Think about data.", "Think harder."), criteria=("nav-one",)),)),
        coverage=ScriptedCoverage(),
        schedule=Schedule(brief, settings.minutes),
        stamps={"router": RoleStamp(implementation="scripted/1")},
    )
