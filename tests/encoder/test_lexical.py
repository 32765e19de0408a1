from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.encoder import STOP_WORDS, normalise, numbers, stem, terms, words


@pytest.mark.parametrize(
    ("texts", "token"),
    [
        (
            ("4 million", "4M", "4m", "4,000,000", "4 M", "$4M", "4-million", "four million", "4.0 million", "4+ million"),
            "4000000",
        ),
        (("1.5 billion", "1.5B", "1.5bn", "1,500,000,000", "1500 million"), "1500000000"),
        (("12%", "12 %", "12 percent", "12 per cent", "twelve percent", "12 pct", "12.0%", "１２％"), "12%"),
        (("10k", "10K", "10,000", "ten thousand", "10 thousand", "1e4"), "10000"),
        (("three hundred thousand", "300k", "3 hundred thousand"), "300000"),
        (("a million", "one million", "1M"), "1000000"),
        (("half a million", "0.5M", "500k"), "500000"),
        (("twenty-five", "25", "025", "25.0"), "25"),
        (("1e-3", "0.001", ".001"), "0.001"),
    ],
)
def test_one_quantity_has_one_spelling(texts: tuple[str, ...], token: str) -> None:
    assert {text: words(text) for text in texts} == {text: [token] for text in texts}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200ms", ["200", "ms"]),
        ("100MB at 10Mbps", ["100", "mb", "at", "10", "mbps"]),
        ("p99 of v2", ["p99", "of", "v2"]),
        ("4m/day", ["4000000", "day"]),
        ("10k\u201320k", ["10000", "20000"]),
        ("one of the models", ["one", "of", "the", "models"]),
        ("in 2024. 4 million", ["in", "2024", "4000000"]),
        ("12 percentage points", ["12", "percentage", "points"]),
    ],
)
def test_units_and_names_are_not_mistaken_for_scales(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.integers(min_value=0, max_value=10**15))
def test_thousands_separators_say_nothing(value: int) -> None:
    assert words(f"{value:,}") == words(str(value)) == [str(value)]


@given(st.integers(min_value=1, max_value=10**6), st.integers(min_value=0, max_value=2))
def test_millions_are_the_same_number_written_out(thousandths: int, places: int) -> None:
    millions = Decimal(thousandths).scaleb(-places)
    assert numbers(f"about {millions} million posts") == words(f"{int(millions * 10**6)}")


def test_numbers_are_listed_in_order() -> None:
    assert numbers("12 percent of 4M users, within 200ms") == ["12%", "4000000", "200"]


def test_a_number_of_absurd_length_is_left_as_it_is() -> None:
    assert words("9" * 5000 + "k") == ["9" * 5000, "k"]


@pytest.mark.parametrize(
    ("fancy", "plain"),
    [
        ("na\u00efve caf\u00e9", "naive cafe"),
        ("\uff21\uff22 \ufb01t", "AB fit"),
        ("user\u2019s", "user's"),
        ("re\u200bcall\u00ad", "recall"),
        ("a\x00b\x1bc\ud800d\u2028e", "a b c d e"),
        ("  two \t words\n", "two words"),
    ],
)
def test_what_looks_alike_is_alike(fancy: str, plain: str) -> None:
    assert normalise(fancy) == plain


@pytest.mark.parametrize("text", ["don't", "cannot", "can't", "won\u2019t", "isn't", "doesn't"])
def test_a_negation_is_kept_however_it_is_contracted(text: str) -> None:
    assert "not" in words(text)
    assert "not" in terms(text)


@pytest.mark.parametrize(
    "family",
    [
        ("calibrated", "calibration", "calibrate"),
        ("engagement", "engaged"),
        ("embedding", "embeddings", "embed"),
        ("latency", "latencies"),
    ],
)
def test_words_of_one_family_share_a_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("normalisation", "normalization"),
        ("personalised", "personalized"),
        ("optimiser", "optimizer"),
        ("tokenise", "tokenize"),
        ("prioritising", "prioritizing"),
        ("labelled", "labeled"),
        ("modelling", "modeling"),
        ("behavioural", "behavioral"),
        ("neighbours", "neighbors"),
        ("analysing", "analyzing"),
        ("catalogues", "catalogs"),
    ],
)
def test_british_and_american_spellings_share_a_stem(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize("kin", [("precise", "precision"), ("supervised", "supervision"), ("rises", "rising")])
def test_one_spelling_does_not_part_words_of_one_family(kin: tuple[str, str]) -> None:
    assert stem(kin[0]) == stem(kin[1])


def test_terms_leave_out_stop_words_but_keep_what_kind_of_question_it_is() -> None:
    assert terms("How many of the users are daily active users?") == ["how", "mani", "user", "daili", "activ", "user"]
    assert not STOP_WORDS & {"how", "when", "who", "where", "why", "what", "which", "many", "not", "no", "without"}


@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_gives_clean_tokens(text: str) -> None:
    for word in words(text):
        assert word.strip() == word != ""
        assert word == word.casefold()


def test_stems_are_the_same_from_many_threads() -> None:
    family = [
        f"{word}{ending}"
        for word in ("rank", "engag", "calibrat", "retriev", "embedd")
        for ending in ("ing", "ed", "es", "ation")
    ]
    alone = [stem.__wrapped__(word) for word in family]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [stem.__wrapped__(word) for word in family], range(32)))
    assert all(stems == alone for stems in together)
