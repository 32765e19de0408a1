"""A small bank made from one rubric's own evidence, for tests of the machinery only: it measures nothing."""

from functools import cache

from agents.encoder import CachedEncoder, packaged_encoder
from agents.grader import EmbeddedGrader, Interview
from agents.record import Turn
from evals.gold import Answer, Bank
from scenarios.loader import LIBRARY, load
from scenarios.names import PhaseId
from scenarios.scenario import Scenario

PHASES: dict[str, PhaseId] = {
    "navigation": "clarify",
    "data": "design",
    "features": "deep_dive",
    "modelling": "deep_dive",
    "metrics": "evaluate",
}


@cache
def scenario() -> Scenario:
    return load(LIBRARY / "firearms-marketplace")


@cache
def encoder() -> CachedEncoder:
    return packaged_encoder()


@cache
def grader() -> EmbeddedGrader:
    whole = scenario()
    return EmbeddedGrader(whole.rubric, whole.reference, encoder(), target_level="IC6")


def bank() -> Bank:
    answers = []
    for item in scenario().rubric.criteria:
        lines = item.evidence
        for level in (1, 2, 3, 4):
            text = "I have not thought about that part much yet." if level == 1 else " ".join(lines[level - 2 : level])
            answers.append(Answer(criterion=item.id, level=level, style="plain", text=f"{text} That is answer {level}."))
    asks = tuple(fact.questions[0] for fact in scenario().facts.facts if fact.questions)[:12]
    return Bank(scenario=scenario().id, author="tests", answers=tuple(answers), asks=asks)


def interview(*said: tuple[str, str], speaker_first: str = "Tell me about it.") -> Interview:
    """An interview of (area, text) candidate turns, each after a neutral probe on its area."""
    turns = [Turn(index=0, speaker="interviewer", text=scenario().brief.opening, phase="clarify", at=0, acts=("opening",))]
    for area, text in said:
        phase = PHASES[area]
        at = float(len(turns) * 30)
        turns.append(
            Turn.model_validate(
                {"index": len(turns), "speaker": "interviewer", "text": speaker_first, "phase": phase, "at": at, "area": area}
            )
        )
        turns.append(
            Turn.model_validate(
                {"index": len(turns), "speaker": "candidate", "text": text, "phase": phase, "at": at + 15, "area": area}
            )
        )
    return Interview(turns=tuple(turns), minutes=45)
