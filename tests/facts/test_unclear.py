"""What points at nothing the sheet can know is met with a question, not with a fact."""

import pytest

from agents.facts.unclear import alternatives, guesses, points_only


@pytest.mark.parametrize("question", ["the fourth?", "And the other one?", "the next?", "What about the last one?"])
def test_a_place_in_a_list_is_no_subject(question: str) -> None:
    assert points_only(question)


@pytest.mark.parametrize(
    "question", ["How many orders arrive in the fourth week?", "What is the share of other languages?", "How many?", "", "Scale?"]
)
def test_a_named_subject_is_one(question: str) -> None:
    assert not points_only(question)


def test_a_choice_is_a_guess_unless_the_fact_knows_each_side() -> None:
    question = "So, is it forests or networks?"
    assert len(alternatives(question)) == 2
    assert guesses(question, {"forest", "tree"})
    assert not guesses(question, {"forest", "network"})


def test_a_choice_about_something_named_is_no_guess() -> None:
    assert not guesses("Is the feed sorted by day or by hour?", set())
