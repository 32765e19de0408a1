"""How well a person's notes are understood."""

from evals.intake.cases import Case
from evals.intake.score import Report

__all__ = ["Case", "Report"]
