"""Finds in a claim the marks of depth (reason, number, trade-off, failure, check) and of taking something back."""

import numpy as np
from numpy.typing import NDArray

from agents.encoder import numbers
from agents.grader.lexicon import cue_patterns, pattern

CUES = ("reason", "number", "derived", "trade_off", "failure", "check", "condition", "commitment", "owner")
_CAP = 3


def cues_of(text: str) -> NDArray[np.float64]:
    """Counts of each cue in CUES, capped at three, so that saying it often earns nothing."""
    figures = len(numbers(text))
    counts = {name: len(found.findall(text)) for name, found in cue_patterns().items()}
    counts["number"] = figures
    counts["derived"] = figures if figures and pattern("derived").search(text) else 0
    return np.array([min(_CAP, counts[name]) for name in CUES], float)


def dismisses(text: str) -> bool:
    """Whether the claim waves something away instead of dealing with it."""
    return bool(pattern("dismissal").search(text))


def retracts(text: str) -> bool:
    """Whether the claim takes something back that was said before."""
    return bool(pattern("retraction").search(text))
