"""A draft is a scenario: it loads, breaks no rule, keeps every fact that was written, and gives none away."""

import functools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.encoder import numbers, packaged_encoder
from agents.guard import EmbeddedGuard
from evals.authoring import Draft, Form, Order, draft, harvest, read_statement, write_draft
from evals.authoring.generic import generic
from evals.lint.meaning import meaning_findings
from evals.lint.numbers import number_findings
from evals.lint.structure import structure_findings
from scenarios.loader import load
from scenarios.names import AREAS, DIMENSIONS
from scenarios.scenario import Scenario

STATEMENT = """# Parcel locker allocation

A parcel company runs lockers in supermarkets. When a parcel arrives in a city, the system must choose a locker for it.
Couriers lose time when lockers are full. Where would you begin?
"""
NOTES = """# Scale
- About 1.8 million parcels arrive per day
- There are 12,000 lockers with 60 compartments each.
- Latency: 200 ms at p95
# Cost of mistakes
- 7 % of parcels are redirected because the locker is full. A redirect costs 2.40 euros.
- What is the weather like?
- labels
- I want to practise ranking
"""
WRITTEN = [
    "About 1.8 million parcels arrive per day.",
    "There are 12,000 lockers with 60 compartments each.",
    "Latency: 200 ms at p95.",
    "7 % of parcels are redirected because the locker is full.",
    "A redirect costs 2.40 euros.",
]


@functools.cache
def made() -> Draft:
    return draft(Order(statement=STATEMENT, notes=NOTES))


def scenario() -> Scenario:
    return made().scenario


def errors(value: Scenario) -> list[str]:
    guard = EmbeddedGuard(value.facts, value.reference, packaged_encoder())
    found = [
        *structure_findings(value),
        *number_findings(value.facts),
        *meaning_findings(value, packaged_encoder(), guard),
    ]
    return [finding.line() for finding in found if finding.severity == "error"]


@pytest.mark.parametrize("form", ["file", "folder"])
def test_a_written_draft_loads_as_the_same_scenario(tmp_path: Path, form: Form) -> None:
    place = tmp_path / (scenario().id + (".yaml" if form == "file" else ""))
    assert load(write_draft(scenario(), place, form)).sha256 == scenario().sha256


def test_a_draft_has_no_error_not_even_in_the_guards_judgement() -> None:
    assert errors(scenario()) == []


def test_lint_says_what_is_still_generic() -> None:
    fields = {finding.field for finding in structure_findings(scenario())}
    assert {"facts", "answer.clarify", "alternatives"} <= fields


def test_the_generic_parts_are_of_library_size() -> None:
    parts = generic()
    assert len(parts.probes) >= 30
    assert len(parts.criteria) >= 18
    assert len(parts.unknown) >= 10
    assert len(parts.concepts) >= 12
    assert {criterion.dimension for criterion in parts.criteria} == set(DIMENSIONS)
    assert {ladder.area for ladder in parts.hints} == {area.id for area in parts.areas} == set(AREAS)


def test_every_statement_of_the_notes_becomes_a_fact_in_its_own_words() -> None:
    assert [fact.text for fact in scenario().facts.facts] == WRITTEN


def test_no_templated_question_gives_a_number_away() -> None:
    asked = [question for fact in scenario().facts.facts for question in fact.questions]
    assert len(asked) >= 2 * len(WRITTEN)
    assert not [question for question in asked if numbers(question)]


def test_a_question_in_the_notes_is_a_topic_that_stays_open() -> None:
    assert "What is the weather like?" in [question for topic in scenario().facts.unknown for question in topic.questions]


def test_lines_that_state_nothing_are_reported_rather_than_lost() -> None:
    assert made().left_out == ("labels", "I want to practise ranking")


def test_criteria_name_the_facts_that_one_asks_for_on_the_way() -> None:
    criteria = {criterion.id: criterion.facts for criterion in scenario().rubric.criteria}
    assert "parcels-arrive-day" in criteria["nav-scale"]
    assert "redirect-costs-euros" in criteria["nav-mistakes"]


def test_what_the_opening_has_no_room_for_becomes_facts() -> None:
    many = " ".join(f"Depot {word} sorts parcels for the towns around it." for word in "BCDEFGHJKLMNOPQRSTUV")
    statement = read_statement(f"Sorting\n\n{many}")
    assert len(statement.opening.split()) <= 90
    assert set(statement.rest) <= {fact.text for fact in harvest("", statement.rest).facts}
    assert statement.opening.count("Depot") + len(statement.rest) == 20


def test_a_concept_that_the_statement_names_is_no_secret() -> None:
    named = draft(Order(statement="Design the drift alarms of a bank. It has data drift every month.")).scenario
    assert "c-drift" not in {concept.id for concept in named.reference.concepts}
    assert "c-drift" in {concept.id for concept in scenario().reference.concepts}


@pytest.mark.parametrize("minutes", [5, 20, 30, 33.3, 45, 60, 180])
def test_phases_add_up_whatever_the_length(minutes: float) -> None:
    assert draft(Order(statement=STATEMENT, minutes=minutes)).scenario.brief.minutes == minutes


@settings(max_examples=40, deadline=None)
@given(statement=st.text(min_size=1, max_size=400), notes=st.text(max_size=800))
def test_any_text_gives_a_valid_draft(statement: str, notes: str) -> None:
    value = draft(Order(statement=statement, notes=notes)).scenario
    assert Scenario.model_validate(value.model_dump(mode="json")) == value


HOSTILE: dict[str, Any] = {
    "yaml": "- key: {a: [1, 2]} is 'quoted' & *anchored\n- !!python/object:os.system has 3 arguments",
    "escapes": "- \x1b[31mThe line is red\x1b[0m and has 3 parts",
    "long": "- " + "The line is long " * 200,
    "many": "\n".join(f"- Shop number {number} sells {number} things" for number in range(600)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_notes_are_text_and_nothing_else(tmp_path: Path, kind: str) -> None:
    value = draft(Order(statement=STATEMENT, notes=HOSTILE[kind])).scenario
    path = write_draft(value, tmp_path / f"{value.id}.yaml", "file")
    assert load(path) == value
    assert "\x1b" not in path.read_text(encoding="utf-8")


def test_a_draft_never_overwrites(tmp_path: Path) -> None:
    place = write_draft(scenario(), tmp_path / "one.yaml", "file")
    with pytest.raises(FileExistsError):
        write_draft(scenario(), place, "file")
