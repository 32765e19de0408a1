"""Grades interviews that were not held here: `interview grade FILE`."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from agents.encoder import SentenceEncoder
from agents.grader import Grader
from agents.scorecard import Scorecard
from evals.grading.read import Dump, Matching, match_scenario, read_dumps, to_interview
from scenarios.catalog import Card
from scenarios.loader import load, load_brief
from scenarios.model import Model
from scenarios.scenario import Scenario

MIN_CANDIDATE_WORDS = 60


class Graded(Model):
    """One interview of a file: its scorecard, what it was graded as, and what could not be assessed."""

    schema_version: Literal[1] = 1
    id: str
    status: Literal["graded", "not_graded"]
    matched: Matching | None = None
    scorecard: Scorecard | None = None
    not_assessed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def grade_file(
    path: Path,
    cards: Sequence[Card],
    encoder: SentenceEncoder,
    make: Callable[[Scenario], Grader],
    *,
    scenario: str | None = None,
) -> tuple[Graded, ...]:
    """Grade every interview in `path` against `scenario` or the one that fits; raises ReadError if it can't be read.

    An interview about a problem that no scenario covers is not graded, and says so.
    """
    places = {card.id: card.path for card in cards}
    briefs = {name: load_brief(place) for name, place in places.items()}
    graders: dict[str, tuple[Scenario, Grader]] = {}
    found = []
    for number, dump in enumerate(read_dumps(path), 1):
        wanted = dump.model_copy(update={"scenario": scenario}) if scenario else dump
        matched = match_scenario(wanted, briefs, encoder)
        name = dump.id or f"{path.stem}-{number}"
        if matched is None:
            found.append(Graded(id=name, status="not_graded", notes=("no scenario fits this problem: name one with --scenario",)))
            continue
        if matched.scenario not in graders:
            whole = load(places[matched.scenario])
            graders[matched.scenario] = whole, make(whole)
        found.append(_graded(name, dump, matched, *graders[matched.scenario], encoder))
    return tuple(found)


def _graded(name: str, dump: Dump, matched: Matching, scenario: Scenario, grader: Grader, encoder: SentenceEncoder) -> Graded:
    card = asyncio.run(grader.grade(to_interview(dump, scenario.brief, encoder)))
    titles = {item.id: item.title for item in scenario.rubric.criteria}
    said = sum(len(turn.text.split()) for turn in dump.turns if turn.speaker == "candidate")
    notes = ["Phases, areas and times were guessed from what was said; hints are not known, so no credit is marked as hinted."]
    if matched.how != "named":
        notes.append(f"Graded as '{matched.scenario}' {matched.how} (similarity {matched.fit:.2f}).")
    if said < MIN_CANDIDATE_WORDS:
        notes.append(f"The candidate said only {said} words: little can be assessed.")
    return Graded(
        id=name,
        status="graded",
        matched=matched,
        scorecard=card,
        not_assessed=tuple(titles[score.id] for score in card.criteria if score.status == "not_assessed"),
        notes=tuple(notes),
    )
