"""Tells a statement from a list of words: names dropped one after the other say nothing that could be right or wrong."""

import re
from functools import cache
from math import exp, log1p
from pathlib import Path

from agents.encoder import STOP_WORDS, words
from scenarios.model import Model

FILE = Path(__file__).with_name("connected.json")
FEATURES = ("little_words", "longest_run", "figures", "signs", "persons", "verbs", "words", "pieces")
_MORE = """
    not no never what how when where why who than then because per each only more less most least so still both every
    without before after until unless while though although but or nor once here now same other another one
"""
LITTLE_WORDS = STOP_WORDS | frozenset(_MORE.split())
UNSURE, UNSURE_SPAN = 0.03, 0.2  # terse statements are lists to the eye: only what is surely a list loses all
ENOUGH = 8  # words; fewer are judged with what is said around them
_SIGNS = re.compile(r"[=<>:→≥≤×*]|\d[/%x]")
_PERSONS = re.compile(r"\b(?:i|we|you|it|they|this|that|there|who|which)\b(?!\s*[,;])", re.IGNORECASE)
_VERBS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|should|must|may|might|goes?|takes?|makes?|"
    r"gives?|gets?|keeps?|needs?|says?|means?|let|put|use|start|stop|check|split|treat|drop|pick|\w+n't|\w+'(?:s|re|d|ll|ve|m))\b",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[,;|/•\n]")


class Connected(Model):
    """A logistic regression over FEATURES."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    note: str

    def probability(self, text: str) -> float:
        """How sure it is that `text` states something."""
        return 1 / (1 + exp(-self.bias - sum(w * x for w, x in zip(self.weights, signs_of(text), strict=True))))


@cache
def packaged() -> Connected:
    """The one fitted by evals/grading/connected.py."""
    return Connected.model_validate_json(FILE.read_text(encoding="utf-8"))


def signs_of(text: str) -> tuple[float, ...]:
    """FEATURES of a text."""
    spoken = words(text)
    count = max(1, len(spoken))
    little = [word in LITTLE_WORDS for word in spoken]
    figures = [word[0].isdigit() for word in spoken]
    run = longest = 0
    for small, figure in zip(little, figures, strict=True):
        run = 0 if small or figure else run + 1
        longest = max(longest, run)
    return (
        sum(little) / count,
        longest / count,
        sum(figures) / count,
        min(3, len(_SIGNS.findall(text))) / 3,
        min(3, len(_PERSONS.findall(text))) / 3,
        min(4, len(_VERBS.findall(text))) / 4,
        log1p(count) / 4,
        len(_PIECE.findall(text)) / count,
    )


def statement_worth(text: str) -> float:
    """1 for what states something, 0 for a mere list of words."""
    return min(1.0, max(0.0, (packaged().probability(text) - UNSURE) / UNSURE_SPAN))
