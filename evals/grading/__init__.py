"""How well the grader agrees with known levels, and how it is fitted to them."""

from evals.grading.dumps import Graded, grade_file
from evals.grading.outside import OutsideError, OutsideReport, evaluate
from evals.grading.read import ReadError

__all__ = ["Graded", "OutsideError", "OutsideReport", "ReadError", "evaluate", "grade_file"]
