"""What was heard: claims with their vectors, cues, echo, and which of them count at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from agents.dialogue import Utterance
from agents.encoder import DIMENSIONS, SentenceEncoder, Vectors, numbers, terms
from agents.grader.claims import Claim, claims_of, sentences
from agents.grader.connected import ENOUGH, statement_worth
from agents.grader.cues import CUES, cues_of, dismisses
from agents.grader.hygiene import Noise, noise_in
from agents.grader.index import Array
from agents.grader.standing import goes_on, standing
from agents.record import Turn

Turns = Sequence[Turn] | Sequence[Utterance]

ECHO_COSINE = 0.80
KEPT = 20_000
SAME_CLAIM = 0.90


@dataclass(frozen=True)
class Heard:
    """Claims that count, in order, with one row each: vectors (n, 384), cues (n, len(CUES)), worth (n,) from 0 to 1."""

    claims: tuple[Claim, ...]
    vectors: Vectors
    cues: Array
    worth: Array
    terms: tuple[frozenset[str], ...]
    figures: tuple[frozenset[str], ...]


class _Said(NamedTuple):
    """What one text is made of, whoever says it."""

    cues: tuple[float, ...]
    terms: frozenset[str]
    figures: frozenset[str]
    dismisses: bool


@lru_cache(maxsize=KEPT)
def _said(text: str) -> _Said:
    return _Said(tuple(cues_of(text).tolist()), frozenset(terms(text)), frozenset(numbers(text)), dismisses(text))


@lru_cache(maxsize=KEPT)
def _statement(text: str) -> float:
    return statement_worth(text)


@lru_cache(maxsize=KEPT)
def _noise(text: str) -> Noise | None:
    return noise_in(text)


def hear(turns: Turns, encoder: SentenceEncoder) -> Heard:
    """Split, clean and weigh what the candidate said; noise is left out, echo and what was taken back is worth nothing."""
    claims = _about_the_system(claims_of(turns))
    vectors = encoder.encode([claim.text for claim in claims]) if claims else np.zeros((0, DIMENSIONS), np.float32)
    said = [_said(claim.text) for claim in claims]
    words = tuple(item.terms for item in said)
    worth = 1 - _echo(claims, vectors, words, turns, encoder)
    worth *= np.array([0.0 if item.dismisses else 1.0 for item in said])
    worth *= _stated(claims)
    worth *= standing(claims, vectors, words, encoder)
    worth *= _first_time(vectors)
    cues = np.array([item.cues for item in said]).reshape(len(claims), len(CUES))
    return Heard(claims, vectors, cues, worth, words, tuple(item.figures for item in said))


def _about_the_system(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims without noise; what is cut off from a list of words for its length is one too."""
    kept = []
    listing = False
    for before, claim in zip((None, *claims), claims, strict=False):
        noise = _noise(claim.quote)
        listing = noise == "stuffing" or (listing and before is not None and goes_on(before, claim))
        if noise is None and not listing:
            kept.append(claim)
    return tuple(kept)


def _echo(
    claims: Sequence[Claim], vectors: Vectors, words: Sequence[frozenset[str]], turns: Turns, encoder: SentenceEncoder
) -> Array:
    """Share of each claim that one earlier sentence of interviewer or facts agent had already said, from 0 to 1."""
    told = [(turn.index, line) for turn in turns if turn.speaker != "candidate" for line in sentences(turn.text)]
    told = [(index, line) for index, line in told if len(line.split()) >= 3]
    echo = np.zeros(len(claims))
    if not told or not claims:
        return echo
    before = np.array([index for index, _ in told])[None, :] < np.array([claim.turn for claim in claims])[:, None]
    similar = vectors @ encoder.encode([line for _, line in told]).T
    said = [_said(line).terms for _, line in told]
    for row, own in enumerate(words):
        shares = [len(own & other) / len(own) if own else 1.0 for other in said]
        same = np.clip((similar[row] - ECHO_COSINE) / 0.15, 0, 1)
        repeated = np.clip((np.array(shares) - 0.6) / 0.3, 0, 1)
        echo[row] = float(np.max(np.where(before[row], np.maximum(same, repeated), 0.0), initial=0.0))
    return echo


def _stated(claims: Sequence[Claim]) -> Array:
    """From 0 for a mere list of words to 1; what is too short to tell is judged with what is said around it."""
    stated = np.ones(len(claims))
    for row, claim in enumerate(claims):
        low, high = row, row + 1
        while sum(len(item.text.split()) for item in claims[low:high]) < ENOUGH:
            wider = max(0, low - 1), min(len(claims), high + 1)
            wider = (
                wider[0] if claims[wider[0]].turn == claim.turn else low,
                wider[1] if claims[wider[1] - 1].turn == claim.turn else high,
            )
            if wider == (low, high):
                break
            low, high = wider
        stated[row] = _statement(" ".join(item.quote for item in claims[low:high]))
    return stated


def _first_time(vectors: Vectors) -> Array:
    """1 for the first of nearly equal claims, 0 for its repetitions: saying it twice earns it once."""
    kept = np.ones(len(vectors))
    if len(vectors):
        similar = np.tril(vectors @ vectors.T, -1)
        kept[(similar >= SAME_CLAIM).any(axis=1)] = 0.0
    return kept
