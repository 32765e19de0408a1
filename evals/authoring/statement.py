"""Reads a problem statement: a title, an opening of at most 90 words, and the sentences that are left over."""

import re
from typing import NamedTuple

from agents.dialogue import clean, words

OPENING_WORDS, TITLE_WORDS = 90, 12
INVITATION = "You can ask me anything about the system. Where would you like to start?"
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'“(]?[A-Z0-9])")
_MARKUP = re.compile(r"^[ \t]*(?:#+|[-*•>]|\d{1,2}[.)])[ \t]+", re.MULTILINE)


class Statement(NamedTuple):
    """`rest` are sentences that the opening has no room for: they become facts."""

    title: str
    opening: str
    summary: str
    rest: tuple[str, ...]


def read_statement(text: str, title: str | None = None) -> Statement:
    """The statement in `text`; a short first line without a full stop is its title unless one is given."""
    lines = [line for line in _MARKUP.sub("", clean(text)).splitlines() if line.strip()]
    first = lines[0].strip() if lines else ""
    if len(lines) > 1 and words(first) <= TITLE_WORDS and first[-1] not in ".!?:,;":
        lines = lines[1:]
    elif not title:
        first = " ".join(first.split()[:TITLE_WORDS]).rstrip(".!?:,;")
    body = sentences(" ".join(lines))
    named = (title or first)[:200].strip() or "Untitled problem"
    told, rest = _that_fit(body, OPENING_WORDS - words(INVITATION))
    said = " ".join(told) or f"Today I'd like you to design this: {named}."
    return Statement(named, f"{said} {INVITATION}", (told[0] if told else named)[:600], rest)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text`, whitespace evened out."""
    return tuple(part.strip() for part in _SENTENCE.split(" ".join(text.split())) if part.strip())


def _that_fit(body: tuple[str, ...], room: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The leading statements that fit into `room` words and the others; questions are the invitation's business."""
    told = [sentence for sentence in body if not sentence.endswith("?")]
    used = 0
    for number, sentence in enumerate(told):
        used += words(sentence)
        if used > room:
            if number == 0:
                return (" ".join(sentence.split()[:room]).rstrip(".,;:") + ".",), tuple(told)
            return tuple(told[:number]), tuple(told[number:])
    return tuple(told), ()
