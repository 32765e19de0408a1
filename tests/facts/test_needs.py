"""A sentence about another month, extreme or relative, or of another kind, is told from one that answers."""

import pytest

from agents.facts.contrast import agreed, opposed, sides, unsaid
from agents.facts.needs import counted, gives, needs, numbered


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many orders arrive in August?", "In October 40,000 orders arrive."),
        ("What is the average load?", "The peak load is 900 requests per second."),
        ("What did your father die of?", "My brother died at 71."),
        ("How many come in a month?", "About 40 come each day."),
    ],
)
def test_the_other_side_of_a_contrast_is_opposed(question: str, sentence: str) -> None:
    assert opposed(sides(question), sides(sentence)) >= 1


def test_the_same_side_agrees_and_an_unsaid_one_is_counted() -> None:
    assert agreed(sides("What is the peak load?"), sides("At most 900 requests arrive.")) == 1
    assert opposed(sides("What is the peak load?"), sides("At most 900 requests arrive.")) == 0
    assert unsaid(sides("How many are there in Brazil?"), sides("There are 40 of them.")) == 1


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("Why was it closed?", "It was closed because of rain.", "It was closed in 2019."),
        ("What does a seat cost?", "A seat is 40 euros.", "A seat is 40 cm wide."),
        ("How long are logs kept?", "Logs are kept for 13 months.", "Logs are kept on tape."),
        ("What share is new?", "About 4 % are new.", "New ones are green."),
        ("How many are there?", "There are 61 of them.", "They are all blue."),
    ],
)
def test_the_kind_of_answer_needed_is_recognised(question: str, answer: str, other: str) -> None:
    assert needs(question) & gives(answer)
    assert needs(question) - gives(other)


def test_what_is_to_be_counted_is_found_beside_its_number() -> None:
    assert counted("How many delivery vans do we own?")[-1] in numbered("The depot owns 12 electric vans.")
    assert counted("Why so slow?") == ()
