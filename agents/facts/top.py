"""The encoder's last two layers as tuned for the facts agent: how near a question is to a text that answers it."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.encoder.encoder import THREADS, session
from scenarios.model import Model

TOP = Path(__file__).parent / "weights"


class TopRecord(Model):
    """What `evals/facts/tune.py` writes beside the weights: what they were tuned on, and the scale of the likeness."""

    schema_version: Literal[1] = 1
    training_sha256: str = Field(description="Over every text and label of the sources, in order.")
    model_sha256: str
    sources: tuple[str, ...] = Field(description="The sheets it was tuned on; nothing of these may be used to measure it.")
    cosine: float = Field(description="Weight of the cosine of the wholes.")
    late: float = Field(description="Weight of the mean best cosine of the question's words (late interaction, as in ColBERT).")
    offset: float = Field(description="Log-odds of a text that is wholly unlike the question.")
    asked: float = Field(description="Added where the text is an authored question.")
    unknown: float = Field(description="Added where the text is a question that the sheet can't answer.")


class Reading(NamedTuple):
    """A text as the tuned layers read it: unit vectors of its words, float32 (n, 384), and of the whole."""

    rows: NDArray[np.float32]
    whole: NDArray[np.float32]


class Top:
    """Reads hidden states; safe to share between threads."""

    MODEL: ClassVar[str] = "top.int8.onnx"
    RECORD: ClassVar[str] = "top.json"

    def __init__(self, folder: Path = TOP) -> None:
        self.record = TopRecord.model_validate_json((folder / self.RECORD).read_text(encoding="utf-8"))
        self._folder = folder
        self._loading = threading.Lock()
        self._session: Any = None

    def read(self, hidden: NDArray[np.float32]) -> Reading:
        """Read the states (1, tokens, 384) of one text, [CLS] first and [SEP] last."""
        (layer,) = self._network().run(["rows"], {"hidden": hidden})
        total = layer[0].sum(axis=0)
        rows = layer[0] / np.linalg.norm(layer[0], axis=1, keepdims=True)
        return Reading(rows[1:-1] if len(rows) > 2 else rows, total / np.linalg.norm(total))

    def _network(self) -> Any:
        with self._loading:
            if self._session is None:
                self._session = session((self._folder / self.MODEL).read_bytes(), THREADS)
            return self._session


@lru_cache(maxsize=4)
def top(folder: Path = TOP) -> Top:
    """The process's one instance for a folder."""
    return Top(folder)
