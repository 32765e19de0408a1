"""Questions that ask for several things are taken apart, and others are left as they are."""

import pytest

from agents.facts.compound import parts


def test_joined_questions_come_apart_in_order() -> None:
    assert parts("What's the goal, how many orders a day, and who is on the team?") == (
        "What's the goal?",
        "how many orders a day?",
        "who is on the team?",
    )
    assert parts("How common are they and how many do we find?") == ("How common are they?", "how many do we find?")


def test_a_list_of_topics_comes_apart() -> None:
    assert parts("scale, latency budget, labels?") == ("scale?", "latency budget?", "labels?")


def test_of_a_long_text_only_what_asks_is_asked() -> None:
    text = "I would like to rank by expected value, and the data decides how far that goes. How many orders arrive a day?"
    assert parts(text) == ("How many orders arrive a day?",)
    assert parts("We sell shoes. How many a day?") == ("We sell shoes. How many a day?",)


@pytest.mark.parametrize(
    "question",
    [
        "How many clicks and views do we log?",
        "What happens when the user leaves and comes back?",
        "I want to know who decides and what they see",
        "Scale?",
        "",
        "and how?",
        "what, how, why, who, when, where?",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == (question,)
