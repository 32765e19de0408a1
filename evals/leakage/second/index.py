"""Compares whole sentences of a turn with every secret at once: by sentence vectors and by weighted words."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agents.encoder import DIMENSIONS, SentenceEncoder, Vectors
from agents.guard.hidden import Hidden
from agents.guard.said import stems_of
from agents.guard.vocabulary import Vocabulary

Scores = NDArray[np.float64]

KEPT = 8192
"""Sentences whose nearness is remembered: those that the candidate has said are compared again at every turn."""


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
        self._near = lru_cache(maxsize=KEPT)(self._compared)
        self._near_centred = lru_cache(maxsize=KEPT)(self._compared_centred)

    def similarity(self, vectors: Vectors) -> tuple[Scores, Scores]:
        """The best cosine of any of `vectors` to a secret's names and to its tells; 0 where there are none."""
        if not len(vectors):
            return np.zeros(self._count), np.zeros(self._count)
        names, tells = zip(*(self._near(vector.tobytes()) for vector in vectors), strict=True)
        return np.max(names, axis=0), np.max(tells, axis=0)

    def centred(self, vectors: Vectors) -> Scores:
        """The best cosine to any line after what all lines have in common, the domain, is taken away."""
        if not len(vectors):
            return np.zeros(self._count)
        best: Scores = np.max([self._near_centred(vector.tobytes()) for vector in vectors], axis=0)
        return best

    def _compared(self, vector: bytes) -> tuple[Scores, Scores]:
        # One vector at a time: the bits of a product of matrices depend on what else is in them.
        cosines = self._vectors @ np.frombuffer(vector, np.float32)
        return self._best(cosines, self._is_name), self._best(cosines, ~self._is_name)

    def _compared_centred(self, vector: bytes) -> Scores:
        moved = self._centre(np.frombuffer(vector, np.float32)[None, :])[0]
        return self._best(self._centred @ moved, np.ones(len(self._owner), bool))

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
