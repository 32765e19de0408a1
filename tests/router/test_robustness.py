"""The router on any text whatever: it never raises, repeats itself, or takes long."""

import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.dialogue import Speaker, Utterance
from agents.encoder import SentenceEncoder, Vectors, packaged_encoder
from agents.router import EmbeddedRouter, Heard
from agents.router.embedded import MAX_ENCODED, MAX_QUESTIONS
from agents.router.segments import segment

SPEECH = st.lists(
    st.sampled_from(
        [
            "how many",
            "what is",
            "the",
            "users",
            "and",
            "do we have",
            ",",
            "?",
            ".",
            "I'd use",
            "so",
            "is that right",
            "labels",
            "\n",
            "- ",
            "1. ",
            "per day",
            "tell me about",
            "what about",
            "of those",
            "```",
            "them",
            "10M",
            "correct me if wrong",
            "I'm done",
            "hmm",
            "?!",
            "…",
            "两",
            "İ",
            "\x1b[31m",
            "\ud800",
        ]
    ),
    max_size=30,
).map(" ".join)
ANY = st.one_of(st.text(max_size=300), SPEECH)


class Counting:
    """An encoder that counts what it is asked to encode."""

    def __init__(self, inner: SentenceEncoder) -> None:
        self.inner = inner
        self.n = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.n += len(texts)
        return self.inner.encode(texts)

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:
        return self.inner.encode_corpus(texts, name)


@pytest.fixture(scope="module")
def router() -> EmbeddedRouter:
    return EmbeddedRouter(packaged_encoder())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY, before=ANY, answer=ANY)
def test_any_turn_gets_a_routing_that_holds_together(router: EmbeddedRouter, text: str, before: str, answer: str) -> None:
    speakers: tuple[tuple[Speaker, str], ...] = (("candidate", before), ("facts", answer))
    heard = Heard(
        text=text,
        previous=tuple(Utterance(index=i, speaker=s, text=t, phase="clarify", at=i) for i, (s, t) in enumerate(speakers)),
    )
    routing = router.route(heard)
    assert routing.acts
    assert ("question" in routing.acts) == bool(routing.questions)
    assert ("statement" in routing.acts) == bool(routing.statement)
    assert ("meta" in routing.acts) == (routing.meta is not None)
    assert "finished" in routing.acts or not routing.part_ended
    assert all(any(character.isalnum() for character in question) for question in routing.questions)
    assert len(set(routing.questions)) == len(routing.questions) <= MAX_QUESTIONS
    assert all(line in text for line in routing.statement.splitlines())


@settings(max_examples=30, deadline=None)
@given(text=ANY)
def test_the_same_turn_is_routed_the_same_way_by_another_router(router: EmbeddedRouter, text: str) -> None:
    assert router.route(Heard(text=text)) == EmbeddedRouter(packaged_encoder()).route(Heard(text=text))


@given(text=ANY)
def test_segments_stand_in_order_and_keep_every_word(text: str) -> None:
    segments = segment(text)
    assert all(one.end <= two.start for one, two in pairwise(segments))
    assert all(text[item.start : item.end] == item.text for item in segments)


@pytest.mark.parametrize(
    "unit",
    [
        ".",
        " ",
        "? ",
        "a.\n",
        "what is the ",
        ", and ",
        "(1. ",
        "```",
        "\n",
        "1.",
        "how many\n",
        "ok ",
        "a, ",
        "how many a, ",
        "is that right, ",
        "x",
        "of those ",
        "that's it ",
    ],
)
def test_a_hundred_thousand_characters_take_bounded_work(unit: str) -> None:
    encoder = Counting(packaged_encoder())
    router = EmbeddedRouter(encoder)
    text = (unit * 100_000)[:100_000]
    started = time.process_time()
    router.route(Heard(text=text, previous=(Utterance(index=0, speaker="facts", text=text, phase="clarify", at=0),)))
    assert time.process_time() - started < 4
    assert encoder.n <= MAX_ENCODED


def test_a_question_at_the_end_of_an_endless_turn_is_heard(router: EmbeddedRouter) -> None:
    text = "I would shard the index by region and cache the head. " * 1800 + "How many regions do we have?"
    assert router.route(Heard(text=text)).questions == ("How many regions do we have?",)


def test_the_turn_alone_decides_and_never_the_sheet() -> None:
    texts = ["How many regions?", "is two-tower right?", "what about labels"]
    encoder = packaged_encoder()
    bare, topical = EmbeddedRouter(encoder), EmbeddedRouter(encoder, ("regions", "two-tower", "labels"))
    assert [bare.route(Heard(text=text)) for text in texts] == [topical.route(Heard(text=text)) for text in texts]
