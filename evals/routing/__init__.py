"""How well the router tells what a candidate turn is."""

from evals.routing.cases import Case
from evals.routing.run import run
from evals.routing.score import Figure, Report

__all__ = ["Case", "Figure", "Report", "run"]
