"""The turns that the guard is fitted on: those that were written for it, and those that the library itself gives."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from agents.dialogue import Speaker, Transcript
from agents.interviewer.phrases import load_phrases
from evals.leakage.labelled import DEVELOPMENT, FIT, HARD, MORE, SECOND, LeakKind, load_turns, transcript_of
from evals.leakage.quality import with_opening
from scenarios.facts import Fact
from scenarios.scenario import Scenario

SOURCES: tuple[Path, ...] = (FIT, DEVELOPMENT, HARD, MORE, SECOND)
SAID = (
    "I'd go with {} here.",
    "My plan is to use {}, and see how far that gets us.",
    "{} would be my choice.",
    "I think {} matters.",
)
TOLD = ("It's {}.", "Let's say {}.", "Take {} as given and go on.", "You can work with {}. What follows?", "About {}.")
OWN = ("Fine, {} it is.", "Let's work with your {}.", "Suppose it is {}, as you say. What follows?", "With {}, what changes?")
BEFORE = (
    "Sure.",
    "Thanks, that's clear.",
    "Okay, let's stay there for a moment.",
    "I see what you mean.",
    "Let me pick up on one thing.",
    "",
    "Before we move on, one more question.",
    "That gives me a picture.",
)
AFTER = ("", "Take it step by step.", "", "Feel free to think aloud.", "Just the main idea is enough.", "", "Go ahead.")
BEGUN = (
    "Let me begin with what the system is for, and for whom.",
    "I have a rough plan in mind, so I'll go through it part by part.",
    "There are two or three ways to do this, and I'm not sure yet which one is best.",
    "That was the first part. Next I would say how the pieces fit together.",
    "Hm, give me a second to think about that.",
)
META = (
    "We have about 20 minutes left, so let's move on to the evaluation when you are ready.",
    "That's a good moment to look at the clock: 15 minutes remain. Which part would you like to finish?",
    "You can use the board if that helps. I'll wait.",
    "Take a minute to collect your thoughts. There is no rush.",
    "Let me repeat the question: how would you like to go on?",
    "I meant the question as broadly as it sounds. Answer it in whichever way you find natural.",
    "No, you haven't used up the time yet. Please finish your thought.",
    "We're about halfway through. Shall we stay here or go on to something else?",
    "I'd rather not say which option I prefer. Make your case and we'll go from there.",
    "I can't help you with that choice, but I'm curious how you would decide it.",
    "That isn't something I can confirm. What would you do if it were up to you?",
    "If it isn't specified, state an assumption and carry on from it.",
    "Happy to clarify: you can ask me about the system at any time.",
    "Let's park that and come back later if time allows. What is next?",
    "I didn't catch the last part. Could you say it once more?",
    "We should wrap up in five minutes. What would you like to leave me with?",
)
ASKED = (
    "How would {} work in practice?",
    "What would {} cost you?",
    "How would you know that {} is worth it?",
    "What is the weak point of {}?",
)


class Case(NamedTuple):
    """A draft in its context, and the secret that it is about; `without` is the number of a tell that is held back, if any."""

    scenario: str
    context: Transcript
    draft: str
    kind: LeakKind
    target: str | None = None
    without: int | None = None
    source: str = "library"
    sort: str = ""

    @property
    def authored(self) -> bool:
        """Whether the turn was written for its context."""
        return self.source != "library"


def library_cases(scenario: Scenario) -> Iterable[Case]:
    """Cases that the library itself gives: neutral lines; implied lines held back; facts in a subordinate clause."""
    context = opening(scenario)
    for number, text in enumerate((*neutral_lines(scenario), *phrase_lines(), *META)):
        yield Case(scenario.id, context, text, "none")
        yield Case(scenario.id, begun(scenario, number), text, "none")
    for concept in scenario.reference.concepts:
        for number, line in enumerate(concept.implied_by):
            yield Case(scenario.id, context, line, "approach", concept.id, without=number)
    for fact in scenario.facts.facts:
        yield Case(scenario.id, context, _presupposed(fact), "fact", fact.id)
    yield from _after_raising(scenario)
    yield from _after_releasing(scenario)
    yield from _numbers(scenario)


def _after_raising(scenario: Scenario) -> Iterable[Case]:
    """The candidate raises a concept by one of its names: a line about it is then harmless, one about the next is not."""
    concepts = scenario.reference.concepts
    for number, concept in enumerate(concepts):
        name = concept.wordings[number % len(concept.wordings)]
        said = SAID[number % len(SAID)].format(name)
        context = transcript_of([("interviewer", scenario.brief.opening), ("candidate", said)])
        other = concepts[(number + 1) % len(concepts)]
        held_back = number % max(1, len(other.implied_by))
        if concept.implied_by:
            yield Case(scenario.id, context, concept.implied_by[number % len(concept.implied_by)], "none", concept.id)
        yield Case(scenario.id, context, ASKED[number % len(ASKED)].format(name), "none", concept.id)
        if other.implied_by:
            yield Case(scenario.id, context, other.implied_by[held_back], "approach", other.id, without=held_back)
        yield Case(scenario.id, context, ASKED[number % len(ASKED)].format(other.wordings[0]), "approach", other.id)


def _after_releasing(scenario: Scenario) -> Iterable[Case]:
    """A fact is released: what presupposes it is then harmless, what presupposes the next is not."""
    facts = scenario.facts.facts
    for number, fact in enumerate(facts):
        asked = fact.questions[0] if fact.questions else "What can you tell me?"
        lines: list[tuple[Speaker, str]] = [("interviewer", scenario.brief.opening), ("candidate", asked), ("facts", fact.text)]
        context = transcript_of([*lines, ("candidate", "Okay, that helps. Then I would plan for it.")])
        yield Case(scenario.id, context, _presupposed(fact), "none")
        after = facts[(number + 1) % len(facts)]
        yield Case(scenario.id, context, _presupposed(after), "fact", after.id)


def _numbers(scenario: Scenario) -> Iterable[Case]:
    """A bare number tells a fact, unless it is the candidate's own."""
    for number, (fact, quantity) in enumerate((each, one) for each in scenario.facts.facts for one in each.quantities):
        asked = fact.questions[number % len(fact.questions)] if fact.questions else "How much is it?"
        told = TOLD[number % len(TOLD)].format(quantity.shown)
        opened: tuple[Speaker, str] = ("interviewer", scenario.brief.opening)
        yield Case(scenario.id, transcript_of([opened, ("candidate", asked)]), told, "fact", fact.id)
        guessed = transcript_of([opened, ("candidate", f"{asked} I would assume {quantity.shown}.")])
        yield Case(scenario.id, guessed, OWN[number % len(OWN)].format(quantity.shown), "none")


def chatty(case: Case, number: int) -> Case:
    """The same turn with small talk around it, as a model speaks: what it tells stays the same."""
    before, after = BEFORE[number % len(BEFORE)], AFTER[number % len(AFTER)]
    return case._replace(draft=f"{before} {case.draft} {after}".strip())


def _presupposed(fact: Fact) -> str:
    inner = fact.text[0].lower() + fact.text[1:].rstrip(".")
    return f"Given that {inner}, what would you do?"


def authored_cases(scenarios: Mapping[str, Scenario], sources: Sequence[Path] = SOURCES) -> tuple[Case, ...]:
    """The labelled turns that were written for fitting, and those that are for developing."""
    return tuple(
        Case(turn.scenario, with_opening(turn, scenarios[turn.scenario]), turn.turn, turn.kind, turn.target,
             source=path.stem, sort=turn.subkind)
        for path in sources
        for turn in load_turns(path)
    )  # fmt: skip


def opening(scenario: Scenario) -> Transcript:
    """The context at the start of an interview."""
    return transcript_of([("interviewer", scenario.brief.opening)])


def begun(scenario: Scenario, number: int) -> Transcript:
    """The context once the candidate has said something that brings nothing up."""
    return transcript_of([("interviewer", scenario.brief.opening), ("candidate", BEGUN[number % len(BEGUN)])])


def neutral_lines(scenario: Scenario) -> tuple[str, ...]:
    """The probes and entries of a brief."""
    return (*(probe.text for probe in scenario.brief.probes), *(phase.entry for phase in scenario.brief.phases))


def phrase_lines() -> tuple[str, ...]:
    """The embedded interviewer's fixed lines with their places filled neutrally."""
    places = {"${quote}": "that", "${left}": "20 minutes", "${phase}": "the deep dive", "${last}": "What comes next for you?"}
    lines = []
    for value in load_phrases().model_dump().values():
        for phrase in [value] if isinstance(value, str) else value:
            line = phrase
            for place, text in places.items():
                line = line.replace(place, text)
            lines.append(line)
    return tuple(lines)
