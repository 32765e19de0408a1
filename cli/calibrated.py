"""The calibration that a person has fitted, if there is one."""

from pathlib import Path

from agents.grader import CalibrationArtifact, CalibrationError, load_calibration
from cli.console import complain

FILE = "calibration.json"


def calibration_in(data: Path) -> CalibrationArtifact | None:
    """The artifact in the data folder; one that can't be read is left out with a line, never silently used or fatal."""
    if not (data / FILE).is_file():
        return None
    try:
        return load_calibration(data / FILE)
    except CalibrationError as error:
        complain(f"{error}: scores stay uncalibrated")
        return None
