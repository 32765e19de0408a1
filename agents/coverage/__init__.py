"""Coverage by area: how far each part of the recruiter's structure has been talked through, from public text alone."""

from agents.coverage.meter import CoverageMeter, add, coverage_of, leading_area
from agents.coverage.protocol import AreaMeter, Talk

__all__ = ["AreaMeter", "CoverageMeter", "Talk", "add", "coverage_of", "leading_area"]
