"""How well the facts agent answers exactly what was asked: labelled questions, fitting, scores and figures."""

from evals.facts.cases import SPLITS, Case, OutsideCase, load_labelled, load_outside
from evals.facts.run import run, run_outside
from evals.facts.score import Figure, OutsideReport, Report, rows

__all__ = [
    "SPLITS",
    "Case",
    "Figure",
    "OutsideCase",
    "OutsideReport",
    "Report",
    "load_labelled",
    "load_outside",
    "rows",
    "run",
    "run_outside",
]
