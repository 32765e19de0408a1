"""Lint: says everything that is wrong or weak in a scenario, with file, field and fix."""

from evals.lint.finding import Finding
from evals.lint.run import lint, lint_path

__all__ = ["Finding", "lint", "lint_path"]
