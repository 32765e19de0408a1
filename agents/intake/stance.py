"""Weighs how notes speak of a problem or a technique: worked, unwanted, wished for, or merely named."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import yaml
from pydantic import Field

from scenarios.model import Model

ARTEFACT = Path(__file__).parent / "stance.json"
CUES = Path(__file__).parent / "stances.yaml"
Question = Literal["excluded", "avoided"]
Direction = Literal[1, -1]
FAMILIES: Mapping[Question, Mapping[str, Direction]] = {
    "excluded": {
        "done": 1,
        "skip": 1,
        "not_done": -1,
        "wish": -1,
        "example": -1,
        "again": -1,
        "job": -1,
        "allow": -1,
        "another": 1,
    },
    "avoided": {"unwanted": 1, "fine": -1, "technical": -1},
}
"""The families that bear on each question, and whether they speak for leaving out or against it."""
CROSSED = (
    ("done", "again"),
    ("wish", "again"),
    ("done", "not_done"),
    ("skip", "not_done"),
    ("done", "wish"),
    ("skip", "wish"),
    ("skip", "job"),
    ("another", "wish"),
    ("unwanted", "technical"),
)
OUTRIGHT = {"done", "skip", "not_done", "again", "unwanted", "fine", "technical"}
"""Families that settle the matter: a mention without any of them counts only if there is no other."""
PLACES = ("own", "rest", "label", "after")
"""The clause that names it, the clauses about it, what announces it, and what refers back to it in later sentences."""
WHOLE: Mapping[str, Direction] = {"novice": -1, "personal": 1}
"""Families that are looked for in the notes as a whole."""


class Weights(Model):
    """A fitted logistic regression: names of features and a weight for each."""

    intercept: float
    weights: dict[str, float]


class Artefact(Model):
    """What `evals/intake/fit.py` writes."""

    schema_version: Literal[1] = 1
    training_sha256: str
    training_notes: int
    cues_sha256: str = Field(description="Of stances.yaml at the time of fitting.")
    excluded: Weights
    avoided: Weights


class Spoken(Model):
    """One mention and the texts around it, by place."""

    own: str
    rest: str = ""
    label: str = ""
    after: str = ""
    bare: bool = False
    whole: frozenset[str] = frozenset()


def features(question: Question, spoken: Sequence[Spoken]) -> dict[str, float]:
    """What is said in any of the mentions: 1 for each family of cues found at each place, for each found anywhere, and for
    those of the whole notes.
    """
    found: dict[str, float] = {}
    for mention in _telling(question, spoken):
        near: set[str] = set()
        for place in PLACES:
            families = said(question, getattr(mention, place))
            found |= {f"{family} {place}": 1.0 for family in families} | dict.fromkeys(families, 1.0)
            near |= families if place != "after" else set()
        found |= {f"{one} & {two}": 1.0 for one, two in CROSSED if {one, two} <= near}
        found |= dict.fromkeys(mention.whole, 1.0)
        found["bare" if mention.bare else "named"] = 1.0
    return found


def _telling(question: Question, spoken: Sequence[Spoken]) -> Sequence[Spoken]:
    """The mentions that say outright how the person stands to it; all of them if none does."""
    telling = [one for one in spoken if any(said(question, text) & OUTRIGHT for text in (one.own, one.rest, one.label))]
    return telling or spoken


def probability(weights: Weights, found: Mapping[str, float]) -> float:
    """How likely the fitted model holds it."""
    score = weights.intercept + sum(weights.weights.get(name, 0.0) * value for name, value in found.items())
    return float(1 / (1 + np.exp(-score)))


def names(question: Question) -> tuple[str, ...]:
    """All features that `features` can give, in a fixed order."""
    families = FAMILIES[question]
    placed = tuple(f"{family} {place}" for family in families for place in PLACES)
    crossed = tuple(f"{one} & {two}" for one, two in CROSSED if {one, two} <= set(families))
    return (*families, *placed, *crossed, *WHOLE, "bare", "named")


def direction(question: Question, name: str) -> Direction | None:
    """Which sign the weight of a feature may have; None for features that can speak either way."""
    return None if "&" in name else {**FAMILIES[question], **WHOLE}.get(name.split(maxsplit=1)[0])


def whole(text: str) -> frozenset[str]:
    """The families of cues that the notes as a whole show."""
    families, _ = _cues()
    return frozenset(family for family in WHOLE if families[family].search(text))


@lru_cache(maxsize=4096)
def said(question: Question, text: str) -> frozenset[str]:
    """The families of cues in `text`: what one has matched is hidden from those that are read after it."""
    if not text:
        return frozenset()
    families, order = _cues()
    found = {family for family in FAMILIES[question] if family not in order[question] and families[family].search(text)}
    for family in order[question]:
        text, times = families[family].subn(" ~ ", text)
        if times:
            found.add(family)
    return frozenset(found & FAMILIES[question].keys())


@cache
def artefact(path: Path = ARTEFACT) -> Artefact:
    """The fitted weights."""
    return Artefact.model_validate_json(path.read_text(encoding="utf-8"))


@cache
def _cues() -> tuple[dict[str, re.Pattern[str]], dict[Question, list[str]]]:
    """The families of stances.yaml and the order in which they are read."""
    document = yaml.safe_load(CUES.read_text(encoding="utf-8"))
    families = {
        family: re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)
        for family, patterns in document["families"].items()
    }
    return families, document["reading_order"]
