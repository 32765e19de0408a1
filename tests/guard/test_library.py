"""On every scenario of the library, what is neutral passes and what tells is blocked."""

import pytest

from agents.encoder import SentenceEncoder
from agents.guard import EmbeddedGuard
from evals.leakage.cases import neutral_lines, opening, phrase_lines
from evals.leakage.labelled import transcript_of
from scenarios.loader import LIBRARY, library_ids
from scenarios.scenario import Scenario

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize("name", library_ids(LIBRARY))
def test_every_neutral_line_passes_at_the_start(name: str, library: dict[str, Scenario], encoder: SentenceEncoder) -> None:
    scenario = library[name]
    guard = EmbeddedGuard(scenario.facts, scenario.reference, encoder)
    lines = (scenario.brief.opening, *neutral_lines(scenario), *phrase_lines())
    assert [line for line in lines if guard.review(line, opening(scenario), NONE).blocked] == []


@pytest.mark.parametrize("name", library_ids(LIBRARY))
def test_every_line_that_implies_a_concept_and_every_fact_is_blocked(
    name: str, library: dict[str, Scenario], encoder: SentenceEncoder
) -> None:
    scenario = library[name]
    guard = EmbeddedGuard(scenario.facts, scenario.reference, encoder)
    told = [line for concept in scenario.reference.concepts for line in concept.implied_by]
    told += [fact.text for fact in scenario.facts.facts]
    assert [line for line in told if not guard.review(line, opening(scenario), NONE).blocked] == []


@pytest.mark.parametrize("name", library_ids(LIBRARY))
def test_every_neutral_line_passes_once_the_candidate_has_begun(
    name: str, library: dict[str, Scenario], encoder: SentenceEncoder
) -> None:
    scenario = library[name]
    guard = EmbeddedGuard(scenario.facts, scenario.reference, encoder)
    began = (*opening(scenario), *transcript_of([("candidate", "I would start from the goal, then look at what we know.")]))
    lines = (*neutral_lines(scenario), *phrase_lines())
    assert [line for line in lines if guard.review(line, began, NONE).blocked] == []
