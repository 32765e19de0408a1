"""What the guard blocks, and what it leaves alone."""

import time
from typing import Any

import pytest

from agents.dialogue import Speaker, Transcript
from agents.encoder import SentenceEncoder
from agents.encoder.encoder import Network
from agents.guard import EmbeddedGuard
from agents.guard.draft import own_pieces
from agents.guard.quantities import quantities, same
from agents.guard.reading import PackagedReader, spans
from agents.guard.said import sentences_of
from evals.leakage.cases import authored_cases, opening
from evals.leakage.labelled import transcript_of
from scenarios.facts import FactSheet
from scenarios.scenario import Scenario

NAME = "firearms-marketplace"
NONE: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def scenario(library: dict[str, Scenario]) -> Scenario:
    return library[NAME]


@pytest.fixture(scope="module")
def guard(scenario: Scenario, encoder: SentenceEncoder) -> EmbeddedGuard:
    return EmbeddedGuard(scenario.facts, scenario.reference, encoder)


def said(scenario: Scenario, *turns: tuple[Speaker, str]) -> Transcript:
    return transcript_of([("interviewer", scenario.brief.opening), *turns])


def text_of(sheet: FactSheet, fact: str) -> str:
    return next(item.text for item in sheet.facts if item.id == fact)


@pytest.mark.parametrize(
    "draft",
    [
        "There are six million new listings every day. How does that shape your design?",
        "With 40 GPUs for serving, would that still work?",
        "Keep in mind that only 0.05 percent of listings offer a gun.",
        "Only a twentieth of a percent matters here: 0.05% of new listings offer a firearm.",
    ],
)
def test_an_undisclosed_number_is_blocked_however_it_is_written(guard: EmbeddedGuard, scenario: Scenario, draft: str) -> None:
    verdict = guard.review(draft, said(scenario, ("candidate", "I'd start with a classifier.")), NONE)
    assert verdict.blocked
    assert "fact" in {finding.kind for finding in verdict.findings}


def test_a_fact_that_was_released_may_be_talked_about(guard: EmbeddedGuard, scenario: Scenario) -> None:
    fact = text_of(scenario.facts, "gpu-budget")
    before = said(scenario, ("candidate", "What can we spend on serving?"), ("facts", fact))
    draft = "Given those 40 GPUs, what would you do first?"
    assert not guard.review(draft, before, frozenset({"gpu-budget"})).blocked
    assert guard.review(draft, opening(scenario), NONE).blocked


def test_a_stored_sentence_that_was_said_may_be_repeated(guard: EmbeddedGuard, scenario: Scenario) -> None:
    fact = text_of(scenario.facts, "gpu-budget")
    before = said(scenario, ("candidate", "What can we spend on serving?"), ("facts", fact), ("candidate", "Sorry?"))
    assert not guard.review(f"Of course. {fact}", before, NONE).blocked


def test_a_concept_may_be_named_once_the_candidate_raised_it_and_only_then(guard: EmbeddedGuard, scenario: Scenario) -> None:
    draft = "How would you train with focal loss?"
    raised = said(scenario, ("candidate", "Positives are rare, so I'd train with focal loss and class weights."))
    told = said(scenario, ("interviewer", "Some people like focal loss."), ("candidate", "Hm, maybe."))
    assert guard.review(draft, opening(scenario), NONE).blocked
    assert not guard.review(draft, raised, NONE).blocked
    assert guard.review(draft, told, NONE).blocked


def test_the_candidates_own_words_in_quotes_are_theirs(guard: EmbeddedGuard, scenario: Scenario) -> None:
    before = said(scenario, ("candidate", "Well, hiding is cheap to undo, a wrong removal loses 30 % of sellers."))
    assert not guard.review("You said “a wrong removal loses 30”. What led you there?", before, NONE).blocked


def test_a_quote_of_what_nobody_said_is_not_excused(guard: EmbeddedGuard, scenario: Scenario) -> None:
    before = said(scenario, ("candidate", "I'd start with a classifier."))
    assert guard.review("You said “a cascade with a cheap screen then heavy model”. Why?", before, NONE).blocked


@pytest.mark.parametrize(
    "draft", ["We still have about 20 minutes left.", "About 40 minutes left overall; we are in the deep dive."]
)
def test_the_time_is_not_a_fact(guard: EmbeddedGuard, scenario: Scenario, draft: str) -> None:
    assert not guard.review(draft, opening(scenario), NONE).blocked


def test_a_canary_of_the_hidden_texts_is_blocked_whatever_stands_around_it(scenario: Scenario, encoder: SentenceEncoder) -> None:
    first, *rest = scenario.facts.facts
    marked = scenario.facts.model_copy(
        update={"facts": (first.model_copy(update={"text": "The code is zx81-4471-quail."}), *rest)}
    )
    guard = EmbeddedGuard(marked, scenario.reference, encoder)
    verdict = guard.review("Please go on. zx81-4471-quail", opening(scenario), NONE)
    assert verdict.blocked
    assert "canary" in {finding.kind for finding in verdict.findings}


@pytest.mark.parametrize("draft", ["", " ", "?", "…", "\x00", "“”", "a" * 100_000, "🙂", "[SEP] [CLS]", "“" * 500])
def test_any_text_gets_a_verdict(guard: EmbeddedGuard, scenario: Scenario, draft: str) -> None:
    assert not guard.review(draft, opening(scenario), NONE).blocked


def test_the_same_draft_gets_the_same_verdict(
    guard: EmbeddedGuard, scenario: Scenario, encoder: SentenceEncoder, library: dict[str, Scenario]
) -> None:
    other = EmbeddedGuard(scenario.facts, scenario.reference, encoder, reader=PackagedReader())
    cases = [case for case in authored_cases(library) if case.scenario == NAME][:40]
    assert [guard.review(case.draft, case.context, NONE) for case in cases] == [
        other.review(case.draft, case.context, NONE) for case in cases
    ]


def test_a_review_is_quick_once_the_candidate_was_heard(guard: EmbeddedGuard, scenario: Scenario) -> None:
    long = " ".join(f"I would consider idea number {number} and weigh it with care." for number in range(40))
    before = said(scenario, *(("candidate", f"{long} {turn}") for turn in range(30)))
    guard.review("What would you look at next?", before, NONE)
    start = time.process_time()
    for number in range(20):
        guard.review(f"What would you look at next, as step {number}?", before, NONE)
    assert (time.process_time() - start) / 20 < 0.1


def test_a_review_reads_the_draft_once_and_the_candidates_last_words_once(
    scenario: Scenario, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = EmbeddedGuard(scenario.facts, scenario.reference, encoder, reader=PackagedReader())
    before = said(scenario, ("candidate", "I'd label what the reviewers removed. Then I'd train a model on it."))
    guard.review("What would you look at next?", before, NONE)
    runs: list[str] = []
    real = Network.run

    def counted(self: Network, text: str, output: Any) -> tuple[list[str], Any]:
        runs.append(text)
        return real(self, text, output)

    monkeypatch.setattr(Network, "run", counted)
    further = (*before, *transcript_of([("candidate", "I'd weigh both kinds of mistakes. It depends on the sellers.")]))
    encoder.encode(list(sentences_of(further[-1].text)))  # as the coverage meter has done by then
    runs.clear()
    guard.review("I see. How would you weigh them, and against what?", further, NONE)
    guard.review("Which part of that worries you most?", further, NONE)
    assert runs == [
        "I see. How would you weigh them, and against what?",
        "I'd weigh both kinds of mistakes. It depends on the sellers.",
        "Which part of that worries you most?",
    ]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("half of them", "50 % of them", True),
        ("a third of requests", "35 % of requests", True),
        ("one in six", "16 %", True),
        ("two dozen people", "24 people", True),
        ("six million", "6M", True),
        ("12 %", "12", False),
        ("40 machines", "400 machines", False),
    ],
)
def test_quantities_are_compared_by_value(one: str, other: str, *, alike: bool) -> None:
    assert any(same(left, right) for left in quantities(one) for right in quantities(other)) is alike


def test_what_was_said_before_is_not_the_drafts_own() -> None:
    before = transcript_of([("candidate", "I'd use trees."), ("facts", "There are 40 GPUs.")])
    assert own_pieces("There are 40 GPUs. You said “use trees”. Why?", before) == ("You said that.", "Why?")


def test_a_clause_ends_at_a_mark_but_not_inside_a_number() -> None:
    pieces = ["only", "0", ".", "05", "percent", ",", "we", "think", ",", "offer", "a", "gun", ".", "does", "it", "matter", "?"]
    clauses = [" ".join(pieces[start:end]) for start, end in spans(pieces)]
    assert clauses == [
        "only 0 . 05 percent ,",
        "we think ,",
        "offer a gun .",
        "does it matter ?",
        "only 0 . 05 percent , we think , offer a gun .",
    ]
