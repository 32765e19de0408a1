"""Scores documents against a query by the words they share (BM25)."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class BM25:
    """Okapi BM25 over a fixed set of tokenised documents, with an idf that is never negative.

    Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); idf as in Lucene. Our own
    because importing bm25s takes longer than indexing and scoring a fact sheet does.
    """

    def __init__(self, documents: Sequence[Sequence[str]], *, k1: float = 1.2, b: float = 0.75) -> None:
        self._size = len(documents)
        self._weights: defaultdict[str, dict[int, float]] = defaultdict(dict)
        average = sum(map(len, documents)) / max(self._size, 1) or 1.0
        for index, document in enumerate(documents):
            length = k1 * (1 - b + b * len(document) / average)
            for term, count in Counter(document).items():
                self._weights[term][index] = count * (k1 + 1) / (count + length)

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """One score of 0 or more for each document, shape (n,); the order of the words in `query` does not matter."""
        scores = np.zeros(self._size)
        for term, repeats in sorted(Counter(query).items()):
            factor = repeats * self.idf(term)
            for index, weight in self._weights.get(term, {}).items():
                scores[index] += factor * weight
        return scores

    def idf(self, term: str) -> float:
        """How much a word tells: the fewer documents hold it, the more; a word that none holds tells the most."""
        holding = len(self._weights.get(term, ()))
        return math.log1p((self._size - holding + 0.5) / (holding + 0.5))
