"""The grader: scores against the rubric with verbatim evidence, uncertainty and calibration."""

from agents.grader.calibration import CalibrationArtifact, CalibrationError, load_calibration
from agents.grader.embedded import EmbeddedGrader
from agents.grader.protocol import Grader, Interview

__all__ = ["CalibrationArtifact", "CalibrationError", "EmbeddedGrader", "Grader", "Interview", "load_calibration"]
