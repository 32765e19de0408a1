"""Tells telling words from plain ones: how often each stem stands in neutral interviewer questions."""

import math
from collections.abc import Iterable, Mapping


class Vocabulary:
    """Weights stems: 1 if no neutral question uses it, towards 0 the more of them do."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def weight(self, stem: str) -> float:
        """Between 0 and 1."""
        return 1.0 / (1.0 + math.log1p(self._counts.get(stem, 0))) ** 2

    def mass(self, stems: Iterable[str]) -> float:
        """Summed weight of distinct stems."""
        return sum(map(self.weight, sorted(set(stems))))
