"""Understands a person's notes: the recruiter's structure, problems already worked, techniques to avoid, and wishes."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from agents.encoder import SentenceEncoder
from agents.intake.areas import areas_in
from agents.intake.cues import cues
from agents.intake.mentions import Said, problems_spoken_of, techniques_spoken_of
from agents.intake.outline import lines_of, unwrapped
from agents.intake.passages import passages
from agents.intake.problems import ProblemFinder
from agents.intake.profile import AreaPlan, Profile
from agents.intake.stance import Artefact, Question, Weights, artefact, features, probability
from scenarios.catalog import Card, library
from scenarios.names import Level

HALF = 0.5
MAX_CHARACTERS = 60_000
"""Some twenty pages, which takes a few seconds."""


class Heard(NamedTuple):
    """The sentences of notes, the structure they name, and what they say around each problem and technique."""

    sentences: tuple[str, ...]
    areas: tuple[AreaPlan, ...]
    problems: Said
    techniques: Said


def understand(text: str, encoder: SentenceEncoder, cards: Sequence[Card] | None = None) -> Profile:
    """What the first 60,000 characters of `text` say; what is not recognised is passed over.

    `cards` are the problems to know, the library's if None.
    """
    return profile_of(hear(text, encoder, cards))


def hear(text: str, encoder: SentenceEncoder, cards: Sequence[Card] | None = None) -> Heard:
    """Everything in `text` that a profile is judged by."""
    lines = unwrapped(lines_of(text[:MAX_CHARACTERS]))
    sentences = passages(lines)
    said = tuple(sentence.text for sentence in sentences)
    finder = ProblemFinder(library()[0] if cards is None else cards, encoder)
    return Heard(said, areas_in(lines), problems_spoken_of(sentences, finder), techniques_spoken_of(sentences, encoder))


def profile_of(heard: Heard, fitted: Artefact | None = None) -> Profile:
    """The wishes that `heard` amounts to, by the packaged weights unless others are given."""
    fitted = fitted or artefact()
    prose = " ".join(heard.sentences)
    return Profile(
        areas=heard.areas,
        excluded=_judged("excluded", heard.problems, fitted.excluded),
        avoid=_judged("avoided", heard.techniques, fitted.avoided),
        short_turns=any(_any(sentence, "short_turns") for sentence in heard.sentences),
        outside_company_welcome=any(_any(sentence, "outside") for sentence in heard.sentences),
        company=next((name for name in cues()["companies"] if re.search(rf"\b{name}\b", prose, re.IGNORECASE)), None),
        level=_level(prose),
    )


def _judged(question: Question, said: Said, weights: Weights) -> tuple[str, ...]:
    """Those of which the fitted model holds it more likely than not."""
    return tuple(name for name, spoken in said.items() if probability(weights, features(question, spoken)) >= HALF)


def _level(prose: str) -> Level | None:
    match = re.search(cues()["level"], prose, re.IGNORECASE)
    if match:
        levels: dict[str, Level] = {"4": "IC4", "5": "IC5", "6": "IC6", "7": "IC7"}
        return levels[match.group(1)]
    return "IC6" if re.search(cues()["staff"], prose, re.IGNORECASE) else None


def _any(text: str, cue: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in cues()[cue])
