"""Tells claims about the system apart from talk that must earn nothing: praise, pleading and text aimed at the grader."""

import re
from typing import Literal

from agents.encoder import STOP_WORDS, numbers, terms
from agents.grader.lexicon import pattern

Noise = Literal["injection", "self_praise", "flattery", "authority", "stuffing", "filler"]

FEW_PIECES, MANY_PIECES, LONG_PIECE, LITTLE = 8, 12, 3.6, 0.12
SHORT = 30  # words: a longer claim that also flatters or names an employer is still about the system
_SAYS = re.compile(r"[=:]|\b(?:i|we|you|it|they|my|our|is|are|was|would|will)\b", re.IGNORECASE)
_TALK = frozenset(
    terms(
        "think thinking while moment minute second give let good great nice interesting question okay sure thank um uh er hmm "
        "well not know yet want say see right yeah yes no oh so sorry please just really actually maybe"
    )
)
_PIECE = re.compile(r"[,;|/•\n]")


def noise_in(text: str) -> Noise | None:
    """What kind of noise a claim is, or None if it is talk about the system."""
    if pattern("injection").search(text):
        return "injection"
    if pattern("self_praise").search(text):
        return "self_praise"
    if _is_list_of_words(text):
        return "stuffing"
    if len(text.split()) <= SHORT:
        if pattern("flattery").search(text):
            return "flattery"
        if pattern("authority").search(text):
            return "authority"
    return "filler" if _TALK.issuperset(terms(text)) else None


def _is_list_of_words(text: str) -> bool:
    """Names dropped one after the other with nothing said about them: hardly a figure, pronoun, verb or little word."""
    pieces = sum(bool(piece.strip()) for piece in _PIECE.split(text))
    spoken = text.lower().split()
    if pieces < FEW_PIECES or len(numbers(text)) > 1:
        return False
    long = len(spoken) / pieces
    little = sum(word.strip(",.;") in STOP_WORDS for word in spoken) / len(spoken)
    return (long <= LONG_PIECE and little < LITTLE and not _SAYS.search(text)) or (
        pieces >= MANY_PIECES and long <= LONG_PIECE and little < 2 * LITTLE
    )
