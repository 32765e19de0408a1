"""Says what still stands of what was said: a retraction undoes the claims it refers to, earlier turns included."""

from collections.abc import Sequence

import numpy as np

from agents.encoder import SentenceEncoder, Vectors, terms
from agents.grader.claims import Claim
from agents.grader.cues import retracts
from agents.grader.index import Array
from agents.grader.lexicon import pattern

SAME_MATTER, SAME_WORDS, SAME_POINT = 0.50, 0.6, 0.35
FEW_TERMS = 3
_ENDS = ".!?;:\"')"


def standing(claims: Sequence[Claim], vectors: Vectors, words: Sequence[frozenset[str]], encoder: SentenceEncoder) -> Array:
    """0 for what was taken back later, and for what takes it back; 1 for the rest."""
    stands = np.ones(len(claims))
    for row, rest in retractions(claims):
        stands[row] = 0.0
        named = frozenset(terms(rest))
        undone = _meant(row, rest, named, vectors, words, encoder) if len(named) >= FEW_TERMS else np.zeros(row, bool)
        if undone.any():
            stands[:row][undone] = 0.0
        elif len(named) < FEW_TERMS or not _goes_on_at(claims, row):
            stands[_last_point(claims, vectors, row)] = 0.0
    return stands


def retractions(claims: Sequence[Claim]) -> list[tuple[int, str]]:
    """Claims that take something back, each with what it says beyond the taking back; and their further pieces."""
    found: list[tuple[int, str]] = []
    for row, claim in enumerate(claims):
        if retracts(claim.quote):
            found.append((row, pattern("retraction").sub(" ", claim.text)))
        elif found and found[-1][0] == row - 1 and _goes_on_at(claims, row):
            found.append((row, claim.text))
    return found


def goes_on(before: Claim, claim: Claim) -> bool:
    """Whether `claim` is a further piece of the same sentence."""
    return before.turn == claim.turn and before.quote[-1] not in _ENDS


def _goes_on_at(claims: Sequence[Claim], row: int) -> bool:
    return row > 0 and goes_on(claims[row - 1], claims[row])


def _meant(
    row: int, rest: str, named: frozenset[str], vectors: Vectors, words: Sequence[frozenset[str]], encoder: SentenceEncoder
) -> np.ndarray:
    """Which earlier claims the words beyond the taking back are about."""
    similar = np.maximum(vectors[:row] @ encoder.encode([rest])[0], vectors[:row] @ vectors[row])
    shared = np.array([len(named & own) / len(own) if own else 0.0 for own in words[:row]])
    return np.asarray((similar >= SAME_MATTER) | (shared >= SAME_WORDS))


def _last_point(claims: Sequence[Claim], vectors: Vectors, row: int) -> list[int]:
    """The claim before, with those right before it in its turn that are about the same."""
    if row == 0:
        return []
    point = [row - 1]
    while point[-1] > 0 and claims[point[-1] - 1].turn == claims[row - 1].turn:
        if float(vectors[point[-1] - 1] @ vectors[row - 1]) < SAME_POINT:
            break
        point.append(point[-1] - 1)
    return point
