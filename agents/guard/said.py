"""What has been said so far, as the guard compares it: stems of everyone, and stems and sentence vectors of the candidate."""

import re
from functools import lru_cache

import numpy as np

from agents.dialogue import Transcript, words
from agents.encoder import DIMENSIONS, SentenceEncoder, Vectors, terms
from agents.guard.quantities import quantities

# The coverage meter cuts candidate turns in the same way, so their vectors are mostly in the encoder's memory already.
_SENTENCE = re.compile(r"(?<=[.!?\n])\s+")
MAX_CHARS = 8000
MAX_SENTENCES = 24
MIN_WORDS = 3
RECENT_CHARS = 300
"""What is read word piece by word piece for every draft; all else of the candidate's counts sentence by sentence."""


class Said:
    """The public past of one draft."""

    def __init__(self, transcript: Transcript, encoder: SentenceEncoder) -> None:
        candidate = [turn.text for turn in transcript if turn.speaker == "candidate"]
        self.public: frozenset[str] = frozenset().union(*(_stem_set(turn.text) for turn in transcript))
        self.candidate: frozenset[str] = frozenset().union(*map(_stem_set, candidate))
        self.candidate_turns = [stems_of(text) for text in candidate]
        self.quantities: frozenset[str] = frozenset().union(*(_quantity_set(turn.text) for turn in transcript))
        self.last = "".join(sentences_of(candidate[-1])[-1:]) if candidate else ""
        self.recent = _recent(candidate[-1]) if candidate else ""
        sentences = list(dict.fromkeys(sentence for text in candidate for sentence in sentences_of(text)))
        self.vectors: Vectors = encoder.encode(sentences) if sentences else np.zeros((0, DIMENSIONS), np.float32)


def _recent(turn: str) -> str:
    """The last sentences of a turn, as many as are short together, but one at least."""
    taken: list[str] = []
    for sentence in reversed(sentences_of(turn)):
        if taken and len(" ".join(taken)) + len(sentence) > RECENT_CHARS:
            break
        taken.insert(0, sentence[:RECENT_CHARS])
    return " ".join(taken)


def sentences_of(text: str) -> tuple[str, ...]:
    """The first sentences of a turn that are long enough to mean something."""
    parts = (part.strip() for part in _SENTENCE.split(text[:MAX_CHARS]))
    return tuple(part for part in parts if words(part) >= MIN_WORDS)[:MAX_SENTENCES]


@lru_cache(maxsize=2048)
def stems_of(text: str) -> tuple[str, ...]:
    """The stems of `text` in order, without stop words."""
    return tuple(terms(text))


@lru_cache(maxsize=2048)
def _stem_set(text: str) -> frozenset[str]:
    return frozenset(stems_of(text))


@lru_cache(maxsize=2048)
def _quantity_set(text: str) -> frozenset[str]:
    return quantities(text)


def holds(phrase: tuple[str, ...], stems: tuple[str, ...]) -> bool:
    """Whether the stems of a phrase stand in `stems` side by side."""
    return _joined(phrase) in _joined(stems)


@lru_cache(maxsize=4096)
def _joined(stems: tuple[str, ...]) -> str:
    return f" {' '.join(stems)} "
