"""What comes to a simulated candidate's mind: ACT-R's retrieval probability, with what was just said as the cue.

The activation of point i, at a turn of the interview, is

    A_i = B(level) + e_i + W * max_k (cos(cue_i, heard_k) - c)+ + G * [area_i fits the phase] - F * [area_i is forgotten]

    P(retrieved) = 1 / (1 + exp(-(A_i - tau) / s))

B is the base level, which stands for practice and grows with skill in the point's area; e_i is permanent noise, drawn once
for each candidate and point (logistic, scale S); heard_k are the sentences that the others said since the candidate last
spoke: the source of spreading activation, here with sentence similarity as the strength of association, of which only what
exceeds c counts, since any two sentences about one product are a little alike. tau is the retrieval threshold and s the scale
of the noise of the moment. Base level, spreading activation, noise and the logistic retrieval equation: J. R. Anderson et al.,
"An integrated theory of the mind", Psychological Review 111(4), 2004, 1036-1060, equations 1 to 4 (section "The declarative
memory module"). Anderson's spreading term takes associative strengths from fan; putting an embedding's cosine there is ours.

A turn has room for the `room` most active of the retrieved points. Retrievals are independent, so what a turn raises has an
exact probability, which `chance_of_any` computes by going through the points from the most active down.
"""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

from scenarios.names import Level

BASE_LEVEL: dict[Level, float] = {"IC4": -4.6, "IC5": -3.6, "IC6": -2.5, "IC7": -1.5}
CUE_WEIGHT = 5.0
CUE_FLOOR = 0.2
PHASE_GOAL = 1.6
FORGETTING = 2.0
THRESHOLD = 0.0
MOMENT_NOISE = 0.5
PERMANENT_NOISE = 0.7


class Activated(NamedTuple):
    """A point's id with its activation now."""

    id: str
    activation: float


def activation(level: Level, similarity: float, *, noise: float, in_phase: bool, forgotten: bool) -> float:
    """A_i of the module's formula; `noise` is e_i and `similarity` the largest cosine."""
    cued = CUE_WEIGHT * max(0.0, similarity - CUE_FLOOR)
    return BASE_LEVEL[level] + noise + cued + PHASE_GOAL * in_phase - FORGETTING * forgotten


def retrieval_probability(active: float) -> float:
    """Anderson's logistic retrieval equation for activation `active`."""
    return 1 / (1 + math.exp(-(active - THRESHOLD) / MOMENT_NOISE))


def by_activation(points: Sequence[Activated]) -> tuple[Activated, ...]:
    """Most active first; by id among equals."""
    return tuple(sorted(points, key=lambda point: (-point.activation, point.id)))


def chance_of_any(points: Sequence[Activated], members: Collection[str], room: int) -> float:
    """Probability that at least one of `members` is among the at most `room` points spoken in one turn."""
    waiting = [1.0] + [0.0] * (room - 1)  # waiting[k]: k other points were retrieved so far, none of the members
    total = 0.0
    for point in by_activation(points):
        p = retrieval_probability(point.activation)
        stay = [chance * (1 - p) for chance in waiting]
        if point.id in members:
            total += p * sum(waiting)
            waiting = stay
        else:
            waiting = [stay[k] + (waiting[k - 1] * p if k else 0.0) for k in range(room)]
    return total
