"""Casts and nodes with one violation each, which the checks must notice."""

from dataclasses import dataclass, replace
from typing import Any

from agents.candidate import Candidate, CandidateView
from agents.cast import Cast
from agents.encoder import SentenceEncoder, terms
from agents.interviewer import Clock, Draft, Interviewer, InterviewerView
from agents.router import Heard, Router, Routing
from agents.settings import Settings
from graphs.nodes import Node
from graphs.state import InterviewState, Json
from scenarios.facts import FactSheet
from scenarios.names import AreaId
from scenarios.rubric import Rubric
from scenarios.scenario import Scenario
from tests.noninterference.worlds import sound_cast


@dataclass
class TellsFacts:
    """An interviewer that has seen the fact sheet and lets a word of it slip."""

    inner: Interviewer
    sheet: FactSheet

    def open(self) -> Draft:
        return self.inner.open()

    async def reply(self, view: InterviewerView) -> Draft:
        draft = await self.inner.reply(view)
        fact = self.sheet.facts[len(view.transcript) % len(self.sheet.facts)]
        return draft.model_copy(update={"text": f"{draft.text} {fact.text}"})


@dataclass
class RubricCoverage:
    """A coverage meter that looks for the words of the rubric."""

    areas: tuple[AreaId, ...]
    rubric: Rubric

    def talk(self, text: str) -> dict[AreaId, int]:
        wanted = {stem for criterion in self.rubric.criteria for line in criterion.evidence for stem in terms(line)}
        return {self.areas[0]: 40 * len(wanted & set(terms(text)))}


@dataclass
class FactReadingRouter:
    """A router that knows the sentences of the sheet: a turn that shares words with one is taken for a question."""

    inner: Router
    sheet: FactSheet

    def route(self, heard: Heard) -> Routing:
        routing = self.inner.route(heard)
        said = set(terms(heard.text))
        known = any(len(said & set(terms(fact.text))) >= 2 for fact in self.sheet.facts)
        return routing.model_copy(update={"meta": "process"} if known else {})


def leaky_interviewer(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    cast = sound_cast(scenario, settings, encoder)
    return replace(cast, interviewer=TellsFacts(cast.interviewer, scenario.facts))


def rubric_coverage(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    cast = sound_cast(scenario, settings, encoder)
    return replace(cast, coverage=RubricCoverage(cast.coverage.areas, scenario.rubric))


def fact_reading_router(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    cast = sound_cast(scenario, settings, encoder)
    return replace(cast, router=FactReadingRouter(cast.router, scenario.facts))


def interviewer_that_reads_notes(node: Node, interviewer: Interviewer) -> Node:
    """The interviewer's node with the whole state as its compartment; what the grader noted ends up in its view."""

    async def run(state: InterviewState) -> Json:
        update = await node.run({name: value for name, value in state.items() if name in node.reads.__annotations__})
        view = InterviewerView(
            transcript=(),
            routing=Routing.model_validate(state["routing"]),
            clock=Clock.model_validate(state["clock"]),
            coverage={},
            used_probes=tuple(note["criterion"] for note in state.get("notes", ())),
        )
        await interviewer.reply(view)
        return update

    return Node(run, InterviewState, node.writes)


def candidate_that_sees_notes(candidate: Candidate) -> Node:
    """The candidate's node with the grader's notes put into the view as if they had been said."""

    async def run(state: InterviewState) -> Json:
        notes = [note["criterion"] for note in state.get("notes", ())]
        turns: list[Any] = [*state.get("transcript", ())]
        if notes:
            turns[-1] = turns[-1] | {"text": f"{turns[-1]['text']} {notes}"}
        clock = Clock.model_validate(state["clock"])
        view = CandidateView.model_validate({"transcript": turns, "phase": clock.phase, "seconds_left": 60})
        return {"said": (await candidate.speak(view)).model_dump(mode="json")}

    return Node(run, InterviewState, frozenset({"said"}))


def deliver_that_writes_notes(node: Node) -> Node:
    """The delivering node, writing a channel that belongs to the grader."""

    async def run(state: Any) -> Json:
        return await node.run(state) | {"notes": []}

    return node._replace(run=run)


def deliver_that_shows_the_ledger(node: Node) -> Node:
    """The delivering node, putting private annotations into the public turn."""

    async def run(state: Any) -> Json:
        update = await node.run(state)
        blocked = [entry["guard"]["reasons"] for entry in update["ledger"] if entry.get("guard")]
        facts = [entry.get("released_fact_ids") for entry in update["ledger"]]
        said = [turn | {"text": f"{turn['text']} {blocked}{facts}"} for turn in update["transcript"]]
        return update | {"transcript": said}

    return node._replace(run=run)
