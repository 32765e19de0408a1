"""The fitted part of the grader: from evidence to the probability of each level, and from criteria to the overall level."""

from functools import cache, cached_property
from pathlib import Path

import numpy as np
from pydantic import ConfigDict

from agents.grader.index import Array
from scenarios.model import Model

MODEL_FILE = Path(__file__).with_name("model.json")
LEVELS = np.arange(5.0)
NOT_SHOWN = np.array([0.88, 0.1, 0.012, 0.005, 0.003])  # silence where there was room; not fitted, by definition near 0


class Line(Model):
    """A fitted map from the mean of criteria to the level people would give, with its errors on scenarios not fitted on."""

    slope: float = 1.0
    intercept: float = 0.0
    deviation: float = 0.5
    half_width: float = 0.8

    def apply(self, level: float) -> float:
        """The mapped level, kept on the scale 0 to 4."""
        return float(np.clip(self.slope * level + self.intercept, 0, 4))


class FittedModel(Model):
    """Ordinal model over evidence features and a direction of depth in embedding space; fitted by evals/grading/run.py."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    schema_version: int = 1
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    depth: tuple[float, ...]
    depth_bias: float
    temperature: float
    dimension: Line
    overall: Line
    interviews: int
    scenarios: tuple[str, ...]
    gold_sha256: str

    @cached_property
    def arrays(self) -> tuple[Array, Array, Array, Array, Array]:
        """Mean, scale, weights, bias and depth as arrays."""
        return (np.array(self.mean), np.array(self.scale), np.array(self.weights), np.array(self.bias), np.array(self.depth))

    def probabilities(self, row: Array, pooled: Array) -> Array:
        """Probability of levels 0 to 4 from features and the pooled vector of the claims; a row of zeros is silence."""
        if not row.any():
            return NOT_SHOWN
        mean, scale, weights, bias, depth = self.arrays
        full = np.append(row, pooled @ depth + self.depth_bias)
        logits = (weights @ ((full - mean) / scale) + bias) / self.temperature
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum())


@cache
def packaged_model() -> FittedModel | None:
    """The model that the package carries; None if there is none."""
    if not MODEL_FILE.is_file():
        return None
    return FittedModel.model_validate_json(MODEL_FILE.read_text(encoding="utf-8"))
