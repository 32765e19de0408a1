"""Finds a model's quotes in the transcript: verbatim in the candidate turn that they name, or dropped."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from agents.fence import neutralise
from agents.grader.hygiene import noise_in
from agents.record import Turn
from agents.scorecard import Evidence
from scenarios.names import AREAS, AreaId, DimensionId

MAX_QUOTES = 3
MIN_WORDS = 3
MAX_CHARS = 400


class Quoted(BaseModel):
    """A quote as the model gives it."""

    turn: int
    quote: str


def spoken_evidence(
    quotes: Sequence[Quoted], turns: Sequence[Turn], dimension: DimensionId, helped: Mapping[int, frozenset[AreaId]]
) -> tuple[Evidence, ...]:
    """The quotes that stand in the turn they name, are the candidate's, and say something about the system."""
    texts = {turn.index: turn.text for turn in turns if turn.speaker == "candidate"}
    found: dict[tuple[int, str], Evidence] = {}
    for item in quotes:
        words = found_in(item.quote, texts.get(item.turn, ""))
        if words is None or len(words.split()) < MIN_WORDS or noise_in(words) is not None:
            continue
        assisted = dimension in AREAS and dimension in helped.get(item.turn, frozenset())
        found[item.turn, words] = Evidence(turn=item.turn, quote=words, assisted=assisted)
    return tuple(found.values())[:MAX_QUOTES]


def found_in(quote: str, text: str) -> str | None:
    """The piece of `text` that `quote` copies, in the text's own characters; None if it is not there.

    The model saw the text with its brackets neutralised, one character for one, so a place there is a place here.
    """
    wanted = quote.strip()[:MAX_CHARS].strip()
    if not wanted:
        return None
    if wanted in text:
        return wanted
    shown = neutralise(text)
    start = shown.find(neutralise(wanted))
    if start < 0 or len(shown) != len(text):
        return None
    return text[start : start + len(neutralise(wanted))]
