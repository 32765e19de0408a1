"""Compares a draft, and what the candidate said, with every line of every secret at once: by vectors, pieces and words."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.encoder import Vectors
from agents.guard.hidden import Hidden
from agents.guard.reading import Reader, Reading, tells
from agents.guard.said import stems_of

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]
LineKind = Literal["name", "tell"]

PLAIN = 0.05
FLOOR = 0.2
KNOWN = 0.35
"""Similarity of two word pieces below which the candidate can't be said to have said it."""


class Stems(NamedTuple):
    """The stems of a draft, those among them that the candidate has not said, and all that the candidate said."""

    draft: frozenset[str]
    unsaid: frozenset[str]
    heard: frozenset[str]


class Index:
    """All lines of all secrets as rows; what is measured comes back as one figure for each line, or for each secret."""

    def __init__(self, hidden: Sequence[Hidden], reader: Reader) -> None:
        self.hidden = tuple(hidden)
        texts = [line for item in hidden for line in item.lines]
        self.owner = np.array([row for row, item in enumerate(hidden) for _ in item.lines], np.intp)
        self.number = np.array([number for item in hidden for number in _numbers(item)], np.intp)
        self._lines = reader.read_corpus(texts)
        self._mean = self._lines.wholes.mean(axis=0) if texts else np.zeros(0, np.float32)
        self._centred = _unit(self._lines.wholes - self._mean) if texts else self._lines.wholes
        self._weigh_pieces()
        self._weigh_stems([frozenset(stems_of(text)) for text in texts])

    def lines(self, kind: LineKind, held_back: int | None) -> Mask:
        """Which lines are names, or tells but for the one with the number `held_back`."""
        if kind == "name":
            return self.number < 0
        chosen: Mask = (self.number >= 0) & (self.number != (-1 if held_back is None else held_back))
        return chosen

    def best(self, values: Scores, lines: Mask) -> Scores:
        """The largest value of the chosen lines of each secret; 0 where it has none."""
        best = np.zeros(len(self.hidden))
        np.maximum.at(best, self.owner[lines], values[lines])
        return best

    def by_vector(self, draft: Reading, heard: Vectors) -> dict[str, Scores]:
        """Cosines of the draft's parts, also without what all lines have in common, and of the candidate's sentences."""
        wholes = self._lines.wholes
        return {
            "cos": _top(wholes @ draft.parts.T),
            "centred": _top(self._centred @ _unit(draft.parts - self._mean).T),
            "heard": _top(wholes @ heard.T),
        }

    def by_piece(self, draft: Reading, last: Reading) -> dict[str, Scores]:
        """How much of each line the draft holds, word piece by word piece, and what it adds to the candidate's last words.

        Late interaction as in ColBERT (Khattab and Zaharia, 2020), with pieces weighted by rarity among the secrets.
        """
        mine, theirs = _top(self._lines.rows @ draft.rows.T), _top(self._lines.rows @ last.rows.T)
        late, heard = self._sum(mine), self._sum(theirs)
        return {
            "late": late,
            "heard_late": heard,
            "gain": self._sum(np.maximum(mine - np.maximum(theirs, KNOWN), 0.0)),
            "both_gain": self._sum(np.maximum(mine, theirs)) - heard,
        }

    def by_word(self, stems: Stems) -> dict[str, Scores]:
        """The share of each line's weight that stands in the draft, in its unsaid words, and in the candidate's."""
        unsaid = self._held(stems.unsaid)
        return {
            "share": unsaid / self._mass,
            "share_all": self._held(stems.draft) / self._mass,
            "heard_share": self._held(stems.heard) / self._mass,
            "mass": unsaid,
        }

    def _weigh_pieces(self) -> None:
        starts = self._lines.starts
        texts = [frozenset(row) for row in np.split(np.array(self._lines.pieces), starts[1:])] if len(starts) else []
        counts = Counter(piece for text in texts for piece in text)
        weights = [_rarity(counts[piece], len(texts)) if tells(piece) else PLAIN for piece in self._lines.pieces]
        self._piece_weights = np.array(weights)
        self._piece_mass = np.add.reduceat(self._piece_weights, starts) if len(starts) else np.zeros(0)

    def _weigh_stems(self, texts: Sequence[frozenset[str]]) -> None:
        counts = Counter(stem for text in texts for stem in text)
        self._column = {stem: column for column, stem in enumerate(sorted(counts))}
        self._weights = np.zeros((len(texts), len(counts)))
        for row, text in enumerate(texts):
            for stem in text:
                self._weights[row, self._column[stem]] = _rarity(counts[stem], len(texts))
        self._mass = np.maximum(self._weights.sum(axis=1), 1e-9)

    def _held(self, stems: Iterable[str]) -> Scores:
        columns = sorted({self._column[stem] for stem in stems if stem in self._column})
        held: Scores = self._weights[:, columns].sum(axis=1)
        return held

    def _sum(self, pieces: Scores) -> Scores:
        if not len(self._piece_mass):
            return np.zeros(0)
        total: Scores = np.add.reduceat(pieces * self._piece_weights, self._lines.starts) / self._piece_mass
        return total


def _rarity(count: int, of: int) -> float:
    return math.log((1 + of) / (1 + count)) + FLOOR


def _top(values: Vectors) -> Scores:
    """The largest of each row as doubles; 0 without columns."""
    return values.max(axis=1).astype(float) if values.shape[1] else np.zeros(len(values))


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return unit


def _numbers(item: Hidden) -> tuple[int, ...]:
    """-1 for a name, else the number of the tell."""
    return (*(-1 for _ in item.names), *range(len(item.tells)))
