"""What the graph needs of a coverage meter: the areas, and how much a text says about each."""

from typing import Protocol

from scenarios.names import AreaId

Talk = dict[AreaId, int]


class AreaMeter(Protocol):
    """Counts words by area, from public text alone."""

    @property
    def areas(self) -> tuple[AreaId, ...]:
        """The areas that are told apart."""
        ...

    def talk(self, text: str) -> Talk:
        """Words of `text` by the area they are about."""
        ...
