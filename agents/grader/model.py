"""The fitted part of the grader: from evidence to the probability of each level, and from criteria to the overall level."""

from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from agents.grader.attribution import Attribution, Matched, pair_features
from agents.grader.features import Sitting
from agents.grader.heard import Heard
from agents.grader.index import Array, RubricIndex
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


class Quality(Model):
    """How deep a claim sounds by itself (about 0 to 4): a direction in embedding space, marks of depth, and length."""

    direction: tuple[float, ...]
    cues: tuple[float, ...]
    length: float
    bias: float

    def of(self, vectors: Array, cues: Array, lengths: Array) -> Array:
        """Depth (n,) of claims with these vectors, counted cues, and words."""
        found = vectors @ np.array(self.direction) + np.minimum(cues, 1) @ np.array(self.cues)
        return np.asarray(np.clip(found + self.length * np.log1p(lengths) + self.bias, 0, 4))


class FittedModel(Model):
    """Whom claims are about, how deep they are, and the level that both make probable; fitted by evals/grading/run.py."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    schema_version: int = 2
    attribution: Attribution
    quality: Quality
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    temperature: float
    dimension: Line
    overall: Line
    interviews: int
    scenarios: tuple[str, ...]
    gold_sha256: str

    @cached_property
    def arrays(self) -> tuple[Array, Array, Array, Array]:
        """Mean, scale, weights and bias as arrays."""
        return np.array(self.mean), np.array(self.scale), np.array(self.weights), np.array(self.bias)

    def sit(self, heard: Heard, index: RubricIndex, pairs: NDArray[np.float32] | None = None) -> Sitting:
        """The interview with its claims shared out among the criteria, and their depth; `pairs` if they are known already."""
        lengths = np.array([len(claim.text.split()) for claim in heard.claims], float)
        quality = self.quality.of(heard.vectors.astype(float), heard.cues, lengths)
        shares = self.attribution.shares(pair_features(heard, index) if pairs is None else pairs)
        like = (heard.vectors @ index.solution.T).max(axis=1) if len(index.solution) else np.zeros(len(heard.claims))
        return Sitting(heard, Matched(shares, shares * heard.worth[:, None]), quality, like)

    def probabilities(self, row: Array) -> Array:
        """Probability of levels 0 to 4 from features; a row of zeros is silence."""
        if not row.any():
            return NOT_SHOWN
        mean, scale, weights, bias = self.arrays
        logits = (weights @ ((row - mean) / scale) + bias) / self.temperature
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum())


@cache
def packaged_model() -> FittedModel | None:
    """The model that the package carries; None if there is none."""
    if not MODEL_FILE.is_file():
        return None
    return FittedModel.model_validate_json(MODEL_FILE.read_text(encoding="utf-8"))
