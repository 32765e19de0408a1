import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.encoder import BM25, terms

FACTS = [
    "The app has 40 million daily active users.",
    "A ranking request has to be answered within 200 ms at the 99th percentile.",
    "Labels come from user reports, with a delay of up to three days.",
    "About 12 percent of posts carry a video.",
]

DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=8)
QUERY = st.lists(st.sampled_from("abcdefg"), max_size=6)


@pytest.fixture(scope="module")
def index() -> BM25:
    return BM25([terms(fact) for fact in FACTS])


@pytest.mark.parametrize(
    ("question", "best"),
    [("How many active users daily?", 0), ("latency at p99, is it 200ms?", 1), ("Are the labels delayed?", 2), ("12% what?", 3)],
)
def test_the_fact_that_shares_rare_words_wins(index: BM25, question: str, best: int) -> None:
    assert int(index.scores(terms(question)).argmax()) == best


def test_a_score_is_the_published_formula() -> None:
    """Two documents of lengths 2 and 4, k1 = 1.2, b = 0.75: idf x tf x 2.2 / (tf + 1.2 x (0.25 + 0.75 x length / 3))."""
    scores = BM25([["a", "b"], ["a", "a", "c", "d"]]).scores(["a"])
    idf = math.log(1 + (2 - 2 + 0.5) / (2 + 0.5))
    expected = [idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3)), idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3))]
    np.testing.assert_allclose(scores, expected, rtol=1e-12)


@given(DOCUMENTS, QUERY, st.randoms())
def test_scores_do_not_depend_on_the_order_of_the_words(documents: list[list[str]], query: list[str], random: Random) -> None:
    shuffled = random.sample(query, len(query))
    index = BM25(documents)
    assert np.array_equal(index.scores(query), index.scores(shuffled))


@given(DOCUMENTS, QUERY)
def test_a_score_is_zero_exactly_where_no_word_is_shared(documents: list[list[str]], query: list[str]) -> None:
    scores = BM25(documents).scores(query)
    assert scores.shape == (len(documents),)
    for score, document in zip(scores, documents, strict=True):
        assert score >= 0
        assert (score > 0) == bool(set(document) & set(query))


def test_no_documents_or_empty_ones_are_no_error() -> None:
    assert BM25([]).scores(["a"]).shape == (0,)
    assert BM25([[], []]).scores(["a"]).tolist() == [0, 0]
