"""A calibration: how the grader's probabilities are corrected by labelled interviews, and for which grader it was made."""

import hashlib
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, ValidationError

from agents.encoder import fingerprint as encoder_fingerprint
from agents.grader.index import Array
from agents.grader.model import MODEL_FILE, FittedModel, Line
from agents.scorecard import CalibrationStamp
from scenarios.model import Model
from scenarios.names import DimensionId

IMPLEMENTATION = "embedded/2"
Method = Literal["none", "isotonic", "sigmoid", "venn-abers", "ordinal"]


class CalibrationError(ValueError):
    """A calibration file that can't be used; the message is one line."""


class Knots(Model):
    """A rising piecewise-linear map of one probability: P(level >= k) as given to as it should be."""

    given: tuple[float, ...] = Field(min_length=1)
    right: tuple[float, ...] = Field(min_length=1)


class GroupMap(Model):
    """Maps for levels 1 to 4 of the criteria of one dimension, or of all ('pooled'), from n ratings."""

    group: DimensionId | Literal["pooled"]
    n: int
    maps: tuple[Knots, Knots, Knots, Knots]

    def apply(self, probabilities: Array) -> Array:
        """The corrected distribution over levels 0 to 4."""
        above = np.cumsum(probabilities[::-1])[::-1][1:]
        fixed = [float(np.interp(p, item.given, item.right)) for p, item in zip(above, self.maps, strict=True)]
        rising = np.minimum.accumulate(np.clip(fixed, 0, 1))
        spread = -np.diff(np.array([1.0, *rising, 0.0]))
        return np.asarray(np.maximum(spread, 0) / max(1e-9, np.maximum(spread, 0).sum()))


class CalibrationArtifact(Model):
    """Everything a calibration is, and what it was made from."""

    schema_version: Literal[1] = 1
    id: str
    fingerprint: str
    implementation: str
    model: str
    prompt_sha256: str | None = None
    rubric_schema: int
    status: Literal["calibrated", "provisional"]
    missing: tuple[str, ...] = ()
    planted: int
    human: int
    raters: int
    scope: str
    date: str
    method: Method
    groups: tuple[GroupMap, ...] = ()
    overall: Line
    figures: dict[str, float | None] = Field(default_factory=dict)

    def of(self, dimension: DimensionId) -> GroupMap | None:
        """The map of the dimension, else the pooled one."""
        found = {item.group: item for item in self.groups}
        return found.get(dimension) or found.get("pooled")


def fingerprint(rubric_schema: int, model: FittedModel) -> str:
    """What a calibration holds for: implementation, fitted model, encoder and rubric schema."""
    digest = hashlib.sha256(model.model_dump_json().encode()).hexdigest()
    parts = (IMPLEMENTATION, digest, encoder_fingerprint(), str(rubric_schema))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def load_calibration(path: Path) -> CalibrationArtifact:
    """Read an artifact; raises CalibrationError with file and field."""
    try:
        return CalibrationArtifact.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CalibrationError(f"{path}: can't be read: {error.strerror or error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CalibrationError(f"{path}: {'.'.join(map(str, first['loc'])) or '(whole)'}: {first['msg']}") from None


def stamp(artifact: CalibrationArtifact | None, own: str) -> CalibrationStamp:
    """The stamp on a scorecard; a calibration made for another grader is never used."""
    if artifact is None:
        return CalibrationStamp()
    n = artifact.planted + artifact.human
    if artifact.fingerprint != own:
        return CalibrationStamp(id=artifact.id, status="uncalibrated", n=n, scope="not used: it was made for another grader")
    return CalibrationStamp(id=artifact.id, status=artifact.status, n=n, scope=artifact.scope)


def model_name() -> str:
    """The fitted model by the hash of its file."""
    return f"model.json {hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()[:12]}"
