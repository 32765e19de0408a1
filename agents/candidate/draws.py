"""Chance that can be replayed: uniform numbers from a hash of what they are for, never from a shared generator."""

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_BITS = 53


class Draws:
    """Numbers that depend on the names given and on nothing else: not on order, process or Python's hash seed.

    The text of the transcript is left out of the names on purpose: two branches of one interview that fork at the
    same turn then meet the same luck, so that a difference between them comes from what was said.
    """

    def __init__(self, *names: object) -> None:
        self._prefix = _joined(names)

    def uniform(self, *names: object) -> float:
        """A number in [0, 1) for these names."""
        digest = hashlib.sha256(self._prefix + _joined(names)).digest()
        return (int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / (1 << _BITS)

    def logistic(self, scale: float, *names: object) -> float:
        """A number from the logistic distribution with mean 0 and this scale, ACT-R's activation noise."""
        u = min(max(self.uniform(*names), 1e-12), 1 - 1e-12)
        return scale * math.log(u / (1 - u))

    def choice(self, items: Sequence[T], *names: object) -> T:
        """One of `items`, which must not be empty."""
        return items[int(self.uniform(*names) * len(items))]


def _joined(names: tuple[object, ...]) -> bytes:
    """Names as bytes that can't be confused with other names: each with its length before it."""
    parts = [str(name).encode() for name in names]
    return b"".join(b"%d:%s" % (len(part), part) for part in parts)
