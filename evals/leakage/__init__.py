"""Hint leakage: non-interference, leak rates, counterfactual uplift, and the guard against labelled turns."""

from evals.leakage.examine import Means, Options
from evals.leakage.html import page
from evals.leakage.labelled import TEST, DataError, LabelledTurn, load_turns
from evals.leakage.outside import LeakScorer, OutsideReport, load_outside, outside_report
from evals.leakage.quality import GuardQuality, judge, quality
from evals.leakage.report import LeakageReport
from evals.leakage.run import Run, evaluate, read_run
from evals.leakage.uplift import Mind

__all__ = [
    "TEST",
    "DataError",
    "GuardQuality",
    "LabelledTurn",
    "LeakScorer",
    "LeakageReport",
    "Means",
    "Mind",
    "Options",
    "OutsideReport",
    "Run",
    "evaluate",
    "judge",
    "load_outside",
    "load_turns",
    "outside_report",
    "page",
    "quality",
    "read_run",
]
