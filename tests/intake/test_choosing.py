"""Which scenarios a profile leaves open."""

import pytest

from agents.encoder import SentenceEncoder, packaged_encoder
from agents.intake import Profile, choose
from agents.intake.choose import avoided_ids, excluded_ids
from scenarios.catalog import Card, library
from scenarios.loader import ScenarioError


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return packaged_encoder()


@pytest.fixture(scope="module")
def cards() -> tuple[Card, ...]:
    return library()[0]


def test_an_id_leaves_out_its_own_scenario_and_no_other(cards: tuple[Card, ...], encoder: SentenceEncoder) -> None:
    for card in cards:
        assert excluded_ids(cards, [card.id], encoder) == {card.id}


def test_every_alias_leaves_out_its_own_scenario(cards: tuple[Card, ...], encoder: SentenceEncoder) -> None:
    strays = [
        (card.id, alias) for card in cards for alias in card.aliases if card.id not in excluded_ids(cards, [alias], encoder)
    ]
    assert strays == []


def test_a_problem_that_no_nickname_knows_is_recognised_by_its_own_words(
    cards: tuple[Card, ...], encoder: SentenceEncoder
) -> None:
    own = cards[0].model_copy(
        update={
            "id": "crop-disease",
            "title": "Crop disease recognition",
            "summary": "Tell farmers what ails a plant from a photo of a leaf.",
            "aliases": ("leaf disease classification", "plant disease app"),
        }
    )
    assert excluded_ids((*cards, own), ["recognising diseases of plants from leaf photos"], encoder) == {"crop-disease"}


def test_a_wording_of_another_subject_leaves_out_nothing(cards: tuple[Card, ...], encoder: SentenceEncoder) -> None:
    assert excluded_ids(cards, ["protein folding", " "], encoder) == set()


def test_avoiding_a_technique_in_other_words_leaves_out_what_relies_on_it(
    cards: tuple[Card, ...], encoder: SentenceEncoder
) -> None:
    assert avoided_ids(cards, ["anomaly detection"], encoder) == avoided_ids(cards, ["outlier-detection"], encoder) != set()


def test_when_nothing_is_left_the_person_is_told(cards: tuple[Card, ...], encoder: SentenceEncoder) -> None:
    with pytest.raises(ScenarioError, match="every scenario is excluded"):
        choose(cards, Profile(excluded=tuple(card.id for card in cards)), encoder)
