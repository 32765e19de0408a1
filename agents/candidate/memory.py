"""What a simulated candidate has in mind at a turn: how active each point is that it has not made yet."""

import re
from collections.abc import Sequence

import numpy as np

from agents.candidate.draws import Draws
from agents.candidate.material import Material, Point
from agents.candidate.profile import Profile
from agents.candidate.protocol import CandidateView
from agents.candidate.recall import PERMANENT_NOISE, Activated, activation
from agents.dialogue import Transcript, Utterance
from agents.encoder import SentenceEncoder
from scenarios.names import AreaId, PhaseId

FOCUS: dict[PhaseId, tuple[AreaId, ...]] = {
    "clarify": ("navigation", "data"),
    "design": ("navigation", "data", "features", "modelling"),
    "deep_dive": ("modelling", "features", "data"),
    "evaluate": ("metrics",),
}
"""Which areas each phase of such an interview is about; every candidate who prepared for one knows it."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
MAX_HEARD = 24


class Memory:
    """The points that one candidate could make, with the luck of what it happens to know well."""

    def __init__(self, material: Material, profile: Profile, encoder: SentenceEncoder, draws: Draws) -> None:
        self._profile = profile
        self._encoder = encoder
        self._points = tuple(point for point in material.points if point.wording(profile.skill[point.area]))
        self._noise = {point.id: draws.logistic(PERMANENT_NOISE, "knows", point.id) for point in self._points}
        cues = encoder.encode_corpus([point.cue for point in material.points], f"candidate-{material.scenario}")
        self._cues = cues[[position for position, point in enumerate(material.points) if point in self._points]]
        self._keys = {point.id: tuple(first_sentence(text) for text in point.wordings) for point in self._points}

    def point(self, point_id: str) -> Point:
        """The point with this id."""
        return next(point for point in self._points if point.id == point_id)

    def said(self, transcript: Transcript) -> tuple[Point, ...]:
        """Points that the candidate has made, in the order of the material."""
        own = flat(" ".join(turn.text for turn in transcript if turn.speaker == "candidate"))
        return tuple(point for point in self._points if any(key in own for key in self._keys[point.id]))

    def unsaid(self, transcript: Transcript) -> tuple[Point, ...]:
        """Points that the candidate could still make, in the order of the material."""
        made = self.said(transcript)
        return tuple(point for point in self._points if point not in made)

    def activations(self, view: CandidateView) -> tuple[Activated, ...]:
        """The activation of each point not made yet, given what the others said since the candidate last spoke."""
        near = self._similarity(heard(view.transcript))
        focus = focus_of(view, self._profile)
        left = {point.id for point in self.unsaid(view.transcript)}
        return tuple(
            Activated(
                point.id,
                activation(
                    self._profile.skill[point.area],
                    similarity,
                    noise=self._noise[point.id],
                    in_phase=point.area in focus,
                    forgotten=point.area in self._profile.forgets,
                ),
            )
            for point, similarity in zip(self._points, near, strict=True)
            if point.id in left
        )

    def _similarity(self, turns: Sequence[Utterance]) -> list[float]:
        sentences = [part for turn in turns for part in _SENTENCE.split(turn.text) if len(part.split()) > 1][-MAX_HEARD:]
        if not sentences or not self._points:
            return [0.0] * len(self._points)
        # Rounded, so that a last-bit difference between machines does not change an interview.
        return [round(float(value), 4) for value in np.max(self._cues @ self._encoder.encode(sentences).T, axis=1)]


def focus_of(view: CandidateView, profile: Profile) -> tuple[AreaId, ...]:
    """The areas on the candidate's mind: those of the phase and of the interviewer's last question, or its hobby-horse."""
    asked = tuple(turn.area for turn in heard(view.transcript) if turn.speaker == "interviewer" and turn.area)
    if profile.jumps_to and view.phase in {"clarify", "design"}:
        return (profile.jumps_to, *asked)
    return (*asked, *FOCUS[view.phase])


def heard(transcript: Transcript) -> tuple[Utterance, ...]:
    """What the others said since the candidate last spoke."""
    last = max((position for position, turn in enumerate(transcript) if turn.speaker == "candidate"), default=-1)
    return transcript[last + 1 :]


def first_sentence(text: str) -> str:
    """The first sentence, on one line."""
    return _SENTENCE.split(flat(text))[0]


def flat(text: str) -> str:
    """Text on one line, with single spaces."""
    return " ".join(text.split())
