"""Says whether the interview gave room to show a criterion, so that silence can be told from lack of opportunity."""

from collections.abc import Sequence

from agents.dialogue import words
from agents.record import Turn
from scenarios.names import AREAS, AreaId, PhaseId
from scenarios.rubric import Criterion

MIN_WORDS_AT_ALL = 60
_OPEN_PHASES: dict[PhaseId, tuple[AreaId, ...]] = {
    "clarify": ("navigation",),
    "design": ("navigation", "data", "modelling"),
    "deep_dive": ("data", "features", "modelling"),
    "evaluate": ("metrics",),
}
_TURNS_IN_PHASE: dict[PhaseId, int] = {"clarify": 1, "design": 2, "deep_dive": 3, "evaluate": 1}


def areas_with_room(turns: Sequence[Turn]) -> frozenset[AreaId]:
    """Areas that the interviewer asked about, or whose phase the candidate had turns in."""
    asked = {turn.area for turn in turns if turn.speaker == "interviewer" and turn.area is not None}
    answered = {turn.area for turn in turns if turn.speaker == "candidate" and turn.area and words(turn.text) >= 25}
    entered: set[AreaId] = set()
    for phase, areas in _OPEN_PHASES.items():
        spoken = sum(turn.speaker == "candidate" and turn.phase == phase for turn in turns)
        if spoken >= _TURNS_IN_PHASE[phase]:
            entered.update(areas)
    last_word = max((turn.index for turn in turns if turn.speaker == "candidate"), default=-1)
    asked = {
        turn.area
        for turn in turns
        if turn.area in asked and turn.speaker == "interviewer" and turn.index < last_word and turn.area
    }
    return frozenset(area for area in AREAS if area in asked | answered | entered)


def spoken_words(turns: Sequence[Turn]) -> int:
    """Words of the candidate in all."""
    return sum(words(turn.text) for turn in turns if turn.speaker == "candidate")


def has_room(criterion: Criterion, areas: frozenset[AreaId], said: int) -> bool:
    """Whether the criterion could be shown; what all areas can show needs some talk at all."""
    if criterion.dimension in AREAS:
        return criterion.dimension in areas
    return said >= MIN_WORDS_AT_ALL and len(areas) >= 2
