"""Coverage by area: how far each part of the recruiter's structure has been talked through, from public text alone."""

from agents.coverage.meter import CoverageMeter, Talk, add, coverage_of, leading_area

__all__ = ["CoverageMeter", "Talk", "add", "coverage_of", "leading_area"]
