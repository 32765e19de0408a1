"""Compares whole sentences of a turn with every secret at once: by sentence vectors and by weighted words."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from agents.encoder import DIMENSIONS, SentenceEncoder, Vectors
from agents.guard.hidden import Hidden
from agents.guard.said import stems_of
from agents.guard.vocabulary import Vocabulary

Scores = NDArray[np.float64]


class Index:
    """All lines of all secrets as rows; every score comes back as one figure for each secret, shape (secrets,)."""

    def __init__(self, hidden: Sequence[Hidden], encoder: SentenceEncoder, vocabulary: Vocabulary) -> None:
        self._count = len(hidden)
        lines = [line for item in hidden for line in item.lines]
        self._owner = np.array([row for row, item in enumerate(hidden) for _ in item.lines], np.intp)
        self._is_name = np.array([name for item in hidden for name in _kinds(item)], bool)
        self._vectors = _encode(encoder, lines)
        self._mean = self._vectors.mean(axis=0) if lines else np.zeros(DIMENSIONS, np.float32)
        self._centred = self._centre(self._vectors)
        stems = [sorted(set(stems_of(line))) for line in lines]
        self._column = {stem: column for column, stem in enumerate(sorted({stem for row in stems for stem in row}))}
        self._weights = np.zeros((len(lines), len(self._column)))
        for row, line in enumerate(stems):
            for stem in line:
                self._weights[row, self._column[stem]] = vocabulary.weight(stem)
        self._mass = np.maximum(self._weights.sum(axis=1), 1e-9)

    def similarity(self, vectors: Vectors) -> tuple[Scores, Scores]:
        """The best cosine of any of `vectors` to a secret's names and to its tells; 0 where there are none."""
        if not len(vectors):
            return np.zeros(self._count), np.zeros(self._count)
        best = (self._vectors @ vectors.T).max(axis=1)
        return self._best(best, self._is_name), self._best(best, ~self._is_name)

    def centred(self, vectors: Vectors) -> Scores:
        """The best cosine to any line after what all lines have in common, the domain, is taken away."""
        if not len(vectors):
            return np.zeros(self._count)
        best = (self._centred @ self._centre(vectors).T).max(axis=1)
        return self._best(best, np.ones(len(self._owner), bool))

    def overlap(self, stems: Iterable[str]) -> tuple[Scores, Scores]:
        """The largest share of a name's, and of a tell's, weight that `stems` hold."""
        share = self._shared(stems) / self._mass
        return self._best(share, self._is_name), self._best(share, ~self._is_name)

    def shared_mass(self, stems: Iterable[str]) -> Scores:
        """The largest weight that `stems` have in common with one line of a secret."""
        return self._best(self._shared(stems), np.ones(len(self._owner), bool))

    def _shared(self, stems: Iterable[str]) -> Scores:
        columns = [self._column[stem] for stem in set(stems) if stem in self._column]
        shared: Scores = self._weights[:, sorted(columns)].sum(axis=1)
        return shared

    def _centre(self, vectors: Vectors) -> Vectors:
        moved = vectors - self._mean
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        centred: Vectors = (moved / np.maximum(lengths, 1e-6)).astype(np.float32)
        return centred

    def _best(self, values: NDArray[np.floating], chosen: NDArray[np.bool_]) -> Scores:
        best = np.zeros(self._count)
        np.maximum.at(best, self._owner[chosen], values[chosen].astype(float))
        return best


def _kinds(item: Hidden) -> tuple[bool, ...]:
    return (True,) * len(item.names) + (False,) * len(item.tells)


def _encode(encoder: SentenceEncoder, lines: list[str]) -> Vectors:
    name = hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:16]
    return encoder.encode_corpus(lines, f"guard-{name}")
