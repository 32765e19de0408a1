"""Cuts an interviewer draft into the pieces that are its own: no candidate quotes, nothing that was said before."""

import re
from collections.abc import Iterable
from functools import lru_cache

from agents.dialogue import Transcript
from agents.encoder import words

_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"")
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+|:\s+|\s+[–—]\s+")
_COUNT = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|half an?"
    r"|(?:twenty|thirty|forty)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|nineteen|eighteen|seventeen|sixteen)"
)
_ROUGHLY = r"(?:about |around |roughly |some |another |only |just )?"
_CLOCK = re.compile(
    rf"(?i)\b(?:we (?:still |now )?have |there (?:are|is) |that leaves |you (?:still )?have )?{_ROUGHLY}"
    rf"{_COUNT}[ -](?:minutes?|hours?|seconds?)(?: and \d+ \w+)?"
    r"(?: (?:left|remain\w*|to go)(?: overall)?| on the clock)\b"
    rf"|\bwe (?:still |now )?have {_ROUGHLY}{_COUNT} minutes?\b"
    rf"|\b(?:at|past|near|around) the {_COUNT}[ -]minute mark\b"
    rf"|\bwe(?:'re| are) {_ROUGHLY}{_COUNT} minutes in\b"
)
STAND_IN = "that"


def own_pieces(draft: str, transcript: Transcript) -> tuple[str, ...]:
    """Sentences of `draft` that say something not said before; a quote of the candidate counts as the word "that"."""
    candidate = [turn.text for turn in transcript if turn.speaker == "candidate"]
    text = _QUOTED.sub(lambda match: STAND_IN if _said(match[1] or match[2], candidate) else match[0], draft)
    text = _CLOCK.sub("", text)
    everyone = [turn.text for turn in transcript]
    return tuple(piece for part in _SENTENCE.split(text) if (piece := part.strip()) and not _said(piece, everyone))


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """The words of `text` between single spaces, so that a word sequence can be looked for with `in`."""
    return f" {' '.join(words(text))} "


def _said(piece: str, turns: Iterable[str]) -> bool:
    """Whether a turn holds `piece` word for word, or letter for letter (a quote may cut "30 %" in two)."""
    wanted = plain(piece)
    return not wanted.strip() or any(wanted in plain(turn) or piece in turn for turn in turns)
