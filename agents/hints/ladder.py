"""Serves hint rungs, one at a time and only when the person asks with /hint; never through the interviewer."""

from typing import NamedTuple

from scenarios.names import AREAS, AreaId
from scenarios.reference import HintLadder

EXHAUSTED = "There is no further hint for this part."


class Rung(NamedTuple):
    """One hint: the area it helps in and its text; `area` is None when the ladder is used up."""

    area: AreaId | None
    text: str


class HintServer:
    """Holds the ladders; stateless, so the rungs already given are passed in."""

    def __init__(self, ladders: tuple[HintLadder, ...]) -> None:
        self._rungs = {ladder.area: ladder.rungs for ladder in ladders}

    def next_rung(self, given: dict[AreaId, int], wanted: tuple[AreaId, ...]) -> Rung:
        """The next rung for the first wanted area that has one left, else for any area, else a fixed line."""
        for area in (*wanted, *AREAS):
            rungs = self._rungs.get(area, ())
            if given.get(area, 0) < len(rungs):
                return Rung(area, rungs[given.get(area, 0)])
        return Rung(None, EXHAUSTED)
