"""Tells claims about the system apart from talk that must earn nothing: praise, pleading and text aimed at the grader."""

import re
from typing import Literal

from agents.grader.lexicon import pattern

Noise = Literal["injection", "self_praise", "flattery", "authority", "stuffing"]

LIST_PIECES, LIST_WORDS = 8, 2.6
SHORT = 30  # words: a longer claim that also flatters or names an employer is still about the system
_SAYS = re.compile(r"\d|=|\b(?:i|we|you|it|they|my|our|is|are)\b", re.IGNORECASE)
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
    return None


def _is_list_of_words(text: str) -> bool:
    """Eight or more pieces of hardly two words each with no figure, pronoun or verb: names dropped, nothing said about them."""
    pieces = [piece for piece in _PIECE.split(text) if piece.strip()]
    few = len(text.split()) / max(1, len(pieces)) <= LIST_WORDS
    return len(pieces) >= LIST_PIECES and few and not _SAYS.search(text)
