"""Measures causal leakage: how much likelier a turn makes each hidden concept than a neutral turn would, from the same fork."""

import math
from collections.abc import Sequence
from random import Random
from typing import Protocol

from agents.candidate import CandidateView
from agents.dialogue import Utterance
from agents.interviewer import Schedule
from agents.interviewer.phrases import load_phrases
from agents.record import Record
from evals.leakage.figures import Figure, mean
from scenarios.model import Model

FLOOR = 1e-4
"""A probability nearer to 0 or 1 than this is held there, so that one concept can't make infinitely many bits."""


class Mind(Protocol):
    """A candidate that can say what it would raise next; an LLM candidate estimates it by sampling."""

    def raise_probabilities(self, view: CandidateView) -> dict[str, float]:
        """For each hidden concept not raised yet, the probability that the next turn raises it."""
        ...


class Uplift(Model):
    """One fork."""

    session_id: str
    scenario: str
    profile: str
    turn: int
    text: str
    concept: str | None
    most: float
    """The largest rise in probability over concepts."""
    average: float
    bits: float


def uplifts(record: Record, mind: Mind, schedule: Schedule, *, k: int, rng: Random) -> list[Uplift]:
    """The uplift of `k` sampled interviewer turns: openings, hints and closings are left out."""
    transcript = record.transcript()
    asked = [turn for turn in transcript if turn.speaker == "interviewer" and not {"opening", "hint", "closing"} & set(turn.acts)]
    return [
        _uplift(record, turn, mind, schedule) for turn in sorted(rng.sample(asked, min(k, len(asked))), key=lambda one: one.index)
    ]


def _uplift(record: Record, turn: Utterance, mind: Mind, schedule: Schedule) -> Uplift:
    before = record.transcript()[: turn.index]
    neutral = turn.model_copy(update={"text": neutral_line(turn.index), "area": None, "acts": ("neutral",)})
    left = max(0.0, schedule.total - turn.at)
    real, plain = (
        mind.raise_probabilities(CandidateView(transcript=(*before, said), phase=turn.phase, seconds_left=left))
        for said in (turn, neutral)
    )
    rises = {concept: real.get(concept, 0.0) - plain.get(concept, 0.0) for concept in sorted({*real, *plain})}
    concept = max(rises, key=lambda one: rises[one], default=None)
    return Uplift(
        session_id=record.session_id,
        scenario=record.scenario.id,
        profile=str(record.settings.get("profile", "person")),
        turn=turn.index,
        text=turn.text,
        concept=concept,
        most=rises[concept] if concept is not None else 0.0,
        average=sum(rises.values()) / len(rises) if rises else 0.0,
        bits=sum(divergence(real.get(one, 0.0), plain.get(one, 0.0)) for one in rises),
    )


def neutral_line(index: int) -> str:
    """One of the interviewer's neutral lines."""
    lines = load_phrases().neutral
    return lines[index % len(lines)]


def divergence(real: float, plain: float) -> float:
    """Kullback-Leibler divergence, in bits, between raising a concept with probability `real` and with `plain`."""
    p, q = (min(1 - FLOOR, max(FLOOR, value)) for value in (real, plain))
    return p * math.log2(p / q) + (1 - p) * math.log2((1 - p) / (1 - q))


class UpliftFigures(Model):
    """Averages over forks, with intervals over interviews."""

    probability: Figure
    largest: Figure
    bits: Figure


def summarise(found: Sequence[Uplift]) -> UpliftFigures:
    """Mean uplift over concepts, mean of each turn's largest, and bits a turn."""
    groups = [one.session_id for one in found]
    return UpliftFigures(
        probability=mean([one.average for one in found], groups),
        largest=mean([one.most for one in found], groups),
        bits=mean([one.bits for one in found], groups),
    )
