"""Cuts what the candidate said into claims: verbatim spans, and the same words without filler for comparison."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agents.dialogue import Utterance
from agents.encoder import normalise
from agents.grader.cues import retracts
from agents.record import Turn

MAX_CLAIM_WORDS = 32
MIN_WORDS = 3
MAX_CLAIMS = 600

_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)(?<!\bca)(?<![.!?])[.!?]+[\"')\]]*\s+|;\s+|\n+", re.IGNORECASE)
_BULLET = re.compile(r"[ \t]*(?:(?:[-*•–>#]+|\(?\d{1,2}[.)]|\(?[a-h][.)])[ \t]+)*")
_JOINT = re.compile(
    r",\s+(?=(?:and|but|so|then|because|which|while|since|also|if)\b)|"
    r"\s+(?=(?:and then|and also|so then|okay so|because|but then|and so|also|next|secondly|finally)\b)",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:,\s*)?\b(?:um+|uh+|uhm|er+m?|hm+|mm+|ah|you know|i mean|sort of|kind of|kinda|basically|actually|obviously|honestly|"
    r"literally|essentially|i guess|if you will|at the end of the day|to be honest)\b,?(?=\s|$|[.;!?])|(?:,\s*|(?<=\s))like,",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:so|well|okay|ok|yeah|yes|yep|sure|right|alright|now|and|but|anyway|look|great|good|thanks|thank you|"
    r"let me think|let me see|good question|great question)\b[\s,.!:-]*)+",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"\b(\w+(?:'\w+)?)(?:[\s,]+\1\b)+", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


class Claim(NamedTuple):
    """One thing the candidate said: `quote` is verbatim in turn `turn` at `start`, `text` is what is compared."""

    turn: int
    start: int
    quote: str
    text: str
    asked: bool


def claims_of(turns: Iterable[Turn | Utterance]) -> tuple[Claim, ...]:
    """The claims of all candidate turns in order; pieces of under three words are no claims, unless they take something back."""
    found: list[Claim] = []
    for turn in turns:
        if turn.speaker == "candidate":
            found.extend(claims_in(turn.index, turn.text))
    return tuple(found[:MAX_CLAIMS])


def claims_in(index: int, text: str) -> Iterator[Claim]:
    """The claims of one turn."""
    for start, end in _pieces(text):
        quote = text[start:end]
        plain = plain_of(quote)
        if len(plain.split()) >= MIN_WORDS or retracts(quote):
            yield Claim(index, start, quote, plain, "?" in quote[-3:])


def plain_of(text: str) -> str:
    """`text` without filler, stutter and opening words."""
    plain = _FILLER.sub(" ", normalise(text))
    plain = _REPEATED.sub(r"\1", _SPACES.sub(" ", plain).replace(" ,", ",").strip(" ,"))
    return _LEAD.sub("", plain).strip(" ,-")


def sentences(text: str) -> list[str]:
    """The sentences of a text that is not a candidate's, as they stand."""
    return [text[start:end] for start, end in _pieces(text)]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    ends = [(match.start() + len(match.group().rstrip()), match.end()) for match in _END.finditer(text)]
    for stop, following in [*ends, (len(text), len(text))]:
        bullet = _BULLET.match(text, start, stop)
        first = bullet.end() if bullet else start
        if text[first:stop].strip():
            yield from _bounded(text, first, stop)
        start = following


def _bounded(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Spans of at most `MAX_CLAIM_WORDS` words: long speech without full stops is cut at its joints, else by count."""
    if len(text[start:stop].split()) <= MAX_CLAIM_WORDS:
        yield _trim(text, start, stop)
        return
    cuts = [match.end() for match in _JOINT.finditer(text, start, stop)]
    words = [match.start() for match in re.finditer(r"\S+", text[start:stop])]
    begin = start
    while len(text[begin:stop].split()) > MAX_CLAIM_WORDS:
        limit = next(
            start + word for word in words if start + word > begin and len(text[begin : start + word].split()) >= MAX_CLAIM_WORDS
        )
        fitting = [cut for cut in cuts if begin < cut <= limit and len(text[begin:cut].split()) >= 12]
        cut = fitting[0] if fitting and len(text[begin : fitting[0]].split()) >= 18 else (fitting[-1] if fitting else limit)
        yield _trim(text, begin, cut)
        begin = cut
    if text[begin:stop].strip():
        yield _trim(text, begin, stop)


def _trim(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and (text[stop - 1].isspace() or text[stop - 1] in ",;"):
        stop -= 1
    return start, stop
