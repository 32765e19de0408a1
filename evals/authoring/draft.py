"""Builds the draft of a scenario: the author's statement and facts inside the generic parts."""

import re
from typing import NamedTuple

from pydantic import Field

from evals.authoring.generic import Generic, generic
from evals.authoring.harvest import Harvest, harvest
from evals.authoring.naming import slug
from evals.authoring.statement import Statement, read_statement
from scenarios.brief import Brief, Phase
from scenarios.facts import Fact, FactSheet, UnknownTopic
from scenarios.model import Model
from scenarios.names import Id, Level, Line
from scenarios.reference import Concept, Reference
from scenarios.rubric import Rubric
from scenarios.scenario import Scenario

__all__ = ["Draft", "Order", "draft", "slug"]


class Order(Model):
    """What a draft is made from; empty fields are read from the statement or filled with what fits any problem."""

    statement: str = Field(min_length=1, description="The problem in a few sentences, as it may be said to the candidate.")
    notes: str = Field(default="", description="Facts of the system, one a line; headings give topics, questions stay unknown.")
    id: Id | None = None
    title: Line | None = None
    company: Line = "A company"
    level: Level = "IC6"
    minutes: float = Field(default=45, ge=5, le=180)
    techniques: tuple[Id, ...] = ()


class Draft(NamedTuple):
    """A valid scenario, and the lines of the notes that did not become part of it."""

    scenario: Scenario
    left_out: tuple[str, ...]


def draft(order: Order) -> Draft:
    """A complete scenario that can be sat at once; what is still generic is for lint to say."""
    parts = generic()
    statement = read_statement(order.statement, order.title)
    found = harvest(order.notes, statement.rest)
    sheet = _sheet(found, statement, parts)
    scenario = Scenario(
        brief=_brief(order, statement, parts), facts=sheet, rubric=_rubric(sheet, parts), reference=_reference(statement, parts)
    )
    return Draft(scenario, found.left_out)


def _brief(order: Order, statement: Statement, parts: Generic) -> Brief:
    return Brief(
        schema_version=1,
        id=order.id or slug(statement.title) or "my-scenario",
        title=statement.title,
        company=order.company,
        product=statement.summary,
        problem_type=_problem_type(f"{statement.title} {order.statement}", parts),
        summary=statement.summary,
        aliases=(statement.title, f"design {statement.title[:500]}", f"{statement.title[:300]} at {order.company[:200]}"),
        opening=statement.opening,
        target_level=order.level,
        minutes=order.minutes,
        phases=_phases(order.minutes, parts),
        areas=parts.areas,
        probes=parts.probes,
        tags=("own",),
        techniques=order.techniques,
    )


def _phases(minutes: float, parts: Generic) -> tuple[Phase, ...]:
    """Phases in half minutes; the longest takes what rounding leaves."""
    budget = {phase.id: round(phase.share * minutes * 2) / 2 for phase in parts.phases}
    longest = max(budget, key=lambda name: budget[name])
    budget[longest] += minutes - sum(budget.values())
    return tuple(phase.timed(budget[phase.id]) for phase in parts.phases)


def _problem_type(text: str, parts: Generic) -> str:
    """The kind of problem whose cue words occur most."""
    low = text.casefold()
    scores = {kind: sum(low.count(cue) for cue in cues) for kind, cues in parts.problem_types.items()}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else "prediction"


def _sheet(found: Harvest, statement: Statement, parts: Generic) -> FactSheet:
    """The harvested facts; without any, the statement itself is the one fact, since a sheet holds at least one."""
    only = Fact(id="purpose", topic="purpose", text=statement.summary, questions=("What is this system for?",))
    said = {topic.casefold() for topic in (fact.topic for fact in found.facts)}
    texts = " ".join(fact.text.casefold() for fact in found.facts)
    open_topics = [topic for topic in parts.unknown if not _specified(topic, said, texts)]
    return FactSheet(schema_version=1, facts=found.facts or (only,), unknown=(*found.unknown, *open_topics))


def _specified(topic: UnknownTopic, said: set[str], texts: str) -> bool:
    """Whether the sheet speaks of a generic unknown topic after all."""
    return topic.topic in said or any(word in texts for word in topic.topic.split() if len(word) > len("other"))


def _rubric(sheet: FactSheet, parts: Generic) -> Rubric:
    criteria = tuple(criterion.linked(_mentioning(sheet.facts, criterion.asked)) for criterion in parts.criteria)
    return Rubric(schema_version=1, dimensions=parts.dimensions, criteria=criteria)


def _mentioning(facts: tuple[Fact, ...], cues: tuple[str, ...], most: int = 6) -> tuple[str, ...]:
    """Ids of the first facts that hold one of the cue words."""
    if not cues:
        return ()
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, cues)) + r")", re.IGNORECASE)
    return tuple(fact.id for fact in facts if pattern.search(f"{fact.topic} {fact.text}"))[:most]


def _reference(statement: Statement, parts: Generic) -> Reference:
    public = f"{statement.title} {statement.opening}".casefold()
    hidden = tuple(concept for concept in parts.concepts if not _named(concept, public))
    return Reference(
        schema_version=1, answer=parts.answer, concepts=hidden or parts.concepts, hints=parts.hints, patterns=parts.patterns
    )


def _named(concept: Concept, public: str) -> bool:
    """Whether the statement itself names the concept: then it is no secret."""
    return any(wording.casefold() in public for wording in concept.wordings)
