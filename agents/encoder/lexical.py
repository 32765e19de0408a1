"""Cuts text into comparable words: one spelling of Unicode, quantities and contractions, and word stems."""

import re
import threading
import unicodedata
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

from agents.encoder.numerals import canonical
from agents.encoder.spelling import one_spelling

_STOP_WORDS = """
    a about all also am an and any are as at be been being but by can could did do does doing for from had has have having
    he her here him his i if in into is it its just let may me might must my of on or our ours please shall she should so
    some such than that the their them then there these they this those to too up us very was we were will with would you
    your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that say nothing about the subject. Question words and negations are kept: they tell questions apart."""

_TOKEN = re.compile(r"\d+(?:\.\d+)?%?|[^\W\d_][^\W_]*")
_ACCENT = re.compile("[\u0300-\u036f]")
_APOSTROPHE = re.compile("[\u2018\u2019\u02bc\u2032\uff07`\u00b4]")
_NEGATION = re.compile(r"n't\b|(?<=\bcan)not\b")
_CLITIC = re.compile(r"'(?:s|re|ve|ll|d|m)\b")

_KEPT = frozenset({"embed"})  # Snowball would cut it to "emb", away from "embedding"
_stemmer = EnglishStemmer()
_stemmer_lock = threading.Lock()


def normalise(text: str) -> str:
    """One spelling of what looks alike: compatibility forms, accents, apostrophes; control characters become spaces."""
    plain = _APOSTROPHE.sub("'", text)
    if not (plain.isascii() and plain.isprintable()):
        folded = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", plain)))
        plain = "".join(map(_visible, folded))
    return " ".join(plain.split())


def words(text: str) -> list[str]:
    """Lower-case words and quantities in order: "Won't 4M users' clicks" gives will, not, 4000000, users, clicks."""
    plain = canonical(normalise(text)).casefold().replace("won't", "will not").replace("can't", "can not")
    return _TOKEN.findall(_CLITIC.sub("", _NEGATION.sub(" not", plain)))


def terms(text: str) -> list[str]:
    """The stems of `words` without stop words: what BM25 and word overlap compare."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


def numbers(text: str) -> list[str]:
    """The quantities in a text in order, in their one spelling: "12 percent of 4M" gives 12%, 4000000."""
    return [word for word in words(text) if word[0].isdigit()]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Snowball (English) stem of a lower-case word, the same for its British and its American spelling."""
    if word in _KEPT:
        return word
    with _stemmer_lock:  # the stemmer keeps its state in attributes
        stemmed: str = _stemmer.stemWord(one_spelling(word))
    return stemmed


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":
            return ""
        case "Cc" | "Cs" | "Zl" | "Zp":
            return " "
    return character
