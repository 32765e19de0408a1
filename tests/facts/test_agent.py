"""The facts agent releases stored sentences only, the same ones every time, and no more than three a turn."""

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.encoder import packaged_encoder
from agents.facts import Answer, EmbeddedFactsAgent, FactsReply
from agents.facts.render import FIXED, SAYABLE, NotFactualError, assert_factual, render
from scenarios.facts import Fact, FactSheet
from scenarios.loader import LIBRARY, load
from tests.facts.sheets import outside_cases
from tests.sample import SCENARIO

ENCODER = packaged_encoder()
SAMPLE = EmbeddedFactsAgent(SCENARIO.facts, ENCODER)
PAYMENTS = load(LIBRARY / "payments-fraud").facts
AGENT = EmbeddedFactsAgent(PAYMENTS, ENCODER)
STORED: Mapping[str, str] = {fact.id: fact.text for fact in PAYMENTS.facts}


def ask(*questions: str, agent: EmbeddedFactsAgent = AGENT) -> FactsReply:
    return asyncio.run(agent.answer(questions))


def test_parts_are_answered_in_the_order_asked() -> None:
    reply = ask("What is the peak QPS?", "How many payments do we process per day?", "What is the business goal?")
    assert reply.fact_ids == ("volume-peak", "volume-payments", "goal-target")
    assert reply.text.splitlines() == [STORED[item] for item in reply.fact_ids]


def test_at_most_three_facts_leave_in_one_turn() -> None:
    reply = ask(*(fact.questions[0] for fact in PAYMENTS.facts[:8]))
    assert len(reply.fact_ids) == 3
    assert "which_part" in reply.acts


def test_a_list_of_topics_is_answered_in_order_and_an_unsure_part_spoils_nothing() -> None:
    reply = ask("What is the peak QPS?", "Who painted the office walls?", "What is the business goal?")
    assert reply.fact_ids == ("volume-peak", "goal-target")
    assert len(reply.acts) == 3


def test_a_turn_that_asks_for_everything_gets_nothing() -> None:
    assert ask("What is the peak QPS?", "What are the whole lot?").fact_ids == ()


def test_a_place_in_a_list_and_a_guess_release_nothing() -> None:
    assert ask("the fourth?").fact_ids == ()
    assert ask("Is it a graph network or a cascade?").fact_ids == ()


def test_an_authored_question_finds_its_own_fact() -> None:
    wrong = [q for fact in PAYMENTS.facts for q in fact.questions[:1] if ask(q).fact_ids not in {(fact.id,), ()}]
    assert len(wrong) <= 1, wrong


def test_the_same_question_gets_the_same_ids_whatever_came_before() -> None:
    questions = [fact.questions[-1] for fact in PAYMENTS.facts[::4]]
    first = [ask(question).fact_ids for question in questions]
    fresh = EmbeddedFactsAgent(PAYMENTS, ENCODER)
    assert [ask(question, agent=fresh).fact_ids for question in reversed(questions)] == first[::-1]


@pytest.mark.parametrize(
    "question", ["", " ", "?!", "\x00\x1b[31m", "\ud800", "你好吗", "x" * 30_000, "a " * 5_000, "[SEP] [CLS]"]
)
def test_any_text_gets_a_reply_from_the_closed_set(question: str) -> None:
    reply = ask(question)
    assert_factual(reply.text.split("\n"), STORED)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=4))
def test_no_input_brings_out_anything_but_stored_sentences_and_fixed_strings(questions: list[str]) -> None:
    reply = ask(*questions, agent=SAMPLE)
    stored = {fact.id: fact.text for fact in SCENARIO.facts.facts}
    assert set(reply.text.split("\n")) <= {*stored.values(), *SAYABLE}
    assert set(reply.fact_ids) <= set(stored)
    assert len(reply.acts) == max(len(reply.answers), 1)


def test_a_sentence_that_is_not_stored_can_not_be_rendered() -> None:
    with pytest.raises(NotFactualError):
        assert_factual(["Use gradient boosting."], STORED)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(question="q", outcome="answered", fact_ids=("invented",)),
        Answer(question="q", outcome="answered"),
        Answer(question="q", outcome="not_specified", fact_ids=("volume-peak",)),
    ],
)
def test_an_outcome_that_contradicts_its_facts_is_refused(answer: Answer) -> None:
    with pytest.raises(NotFactualError):
        render([answer], STORED)


def test_bare_facts_of_other_domains_are_found_and_absent_ones_mostly_refused() -> None:
    agents: dict[object, EmbeddedFactsAgent] = {}
    right = wrong = leaked = absent = 0
    for case in outside_cases():
        if case.sheet_id not in agents:
            facts = tuple(Fact(id=f"f{n}", topic="about", text=text) for n, text in enumerate(case.facts))
            agents[case.sheet_id] = EmbeddedFactsAgent(FactSheet(schema_version=1, facts=facts), ENCODER)
        released = ask(case.question, agent=agents[case.sheet_id]).fact_ids
        gold = tuple(f"f{n}" for n in case.gold)
        right += bool(gold) and released == gold
        wrong += bool(gold) and bool(set(released) - set(gold))
        absent += not gold
        leaked += not gold and bool(released)
    assert right >= 10, (right, wrong)
    assert wrong <= 2
    assert leaked <= absent // 2


def test_of_several_questions_the_one_without_an_answer_is_named_by_its_place() -> None:
    known, unknown = min(STORED), Answer(question="And in Brazil?", outcome="not_specified")
    reply = render([Answer(question="How many?", outcome="answered", fact_ids=(known,)), unknown], STORED)
    assert reply.text.split("\n") == [
        STORED[known],
        "On your second question: that is not specified; state your assumption and carry on.",
    ]
    assert render([unknown, unknown], STORED).text == FIXED["not_specified"]
