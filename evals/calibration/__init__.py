"""Fits the correction of the grader's probabilities to labelled interviews, and says whether it may be called calibrated."""

from evals.calibration.run import calibrate, gate

__all__ = ["calibrate", "gate"]
