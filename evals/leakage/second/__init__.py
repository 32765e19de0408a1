"""A second scorer of leaks, of its own kind and fitted apart, so that the guard does not mark its own work."""

from evals.leakage.second.scorer import SecondScorer

__all__ = ["SecondScorer"]
