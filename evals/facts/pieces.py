"""Remembers the pieces of every text in memory, for fitting and scoring, where the same texts are met over and over."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agents.encoder import DIMENSIONS, Vectors
from agents.facts.tokens import Corpus, PackagedPieces, Pieces, rounded
from agents.facts.top import TOP


class RememberedPieces(PackagedPieces):
    """Rows are rounded as they are on disk, so that what is fitted and measured is what the product computes."""

    def __init__(self, *, on_disk: bool = False, tuned: Path = TOP) -> None:
        """With `on_disk`, sheets come from the cache that the product uses; else nothing is written."""
        super().__init__(tuned=tuned)
        self._on_disk = on_disk
        self._known: dict[str, Pieces] = {}

    def encode(self, text: str) -> Pieces:
        """The pieces of one text, encoded once."""
        if text not in self._known:
            self._known[text] = super().encode(text)
        return self._known[text]

    def encode_corpus(self, texts: Sequence[str]) -> Corpus:
        """Every text, from memory or disk."""
        return super().encode_corpus(texts) if self._on_disk else rounded([self.encode(text) for text in texts])

    def forget(self) -> None:
        """Free the memory; sheets that share no texts gain nothing from it."""
        self._known.clear()


class WholeVectors:
    """A SentenceEncoder that takes whole-text vectors from pieces, so that each text goes through the model once."""

    def __init__(self, pieces: RememberedPieces) -> None:
        self._pieces = pieces

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, 384), one row of length 1 for each text."""
        rows = [self._pieces.encode(text).whole for text in texts]
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, DIMENSIONS), np.float32)

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:  # noqa: ARG002  nothing is kept under a name
        """Like `encode`; nothing is written."""
        return self.encode(texts)
