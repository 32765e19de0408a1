"""How well the facts agent answers exactly what was asked: labelled questions, fitting, scores and figures."""

from evals.facts.cases import DATA, TEST, Case, OutsideCase, load_labelled, load_outside
from evals.facts.run import run, run_outside
from evals.facts.score import Figure, OutsideReport, Report, rows

__all__ = [
    "DATA",
    "TEST",
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
