"""Turns sentences into unit vectors, the same bits for the same sentence whatever is encoded beside it."""

import hashlib
import json
import platform
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIMENSIONS = 384
MAX_TOKENS = 256
MAX_CHARACTERS = 20_000
THREADS = 2

WEIGHTS = Path(__file__).parent / "weights"
MODEL_FILE = "model.int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
PROVENANCE_FILE = "PROVENANCE.json"


class SentenceEncoder(Protocol):
    """Anything that turns texts into vectors whose dot product is their similarity."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, 384), one row of length 1 for each text."""
        ...

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:
        """Like `encode`, for texts that will be asked for again: an encoder with a cache keeps them under `name`."""
        ...


class Files(NamedTuple):
    """Where an encoder's model and tokenizer lie."""

    model: Path = WEIGHTS / MODEL_FILE
    tokenizer: Path = WEIGHTS / TOKENIZER_FILE


class MiniLM:
    """all-MiniLM-L6-v2 on onnxruntime, loaded when the first sentence comes; safe to share between threads."""

    def __init__(self, *, threads: int = THREADS, files: Files | None = None) -> None:
        self._threads = threads
        self._files = files or Files()
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, 384), one row of length 1 for each text; what lies beyond 256 tokens is not read."""
        if isinstance(texts, str):
            raise TypeError("encode takes a sequence of texts, not one text")
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._encode(text)
        return vectors

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:  # noqa: ARG002 - nothing is kept here
        """Like `encode`."""
        return self.encode(texts)

    def _encode(self, text: str) -> Vectors:
        # One sentence at a time: dynamic quantisation takes its scales from the whole input tensor, so in a batch
        # the other sentences, and the padding, would change this one's vector.
        session, tokenizer = self._load()
        ids = np.array([tokenizer.encode(_presentable(text)).ids], np.int64)
        (embedding,) = session.run(["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        vector: Vectors = embedding[0]
        return vector

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _session(self._files.model, self._threads), _tokenizer(self._files.tokenizer)
            return self._loaded


def fingerprint() -> str:
    """Names everything that the packaged encoder's bits depend on, as far as it can be told without loading it."""
    digests = json.loads((WEIGHTS / PROVENANCE_FILE).read_text(encoding="utf-8"))["outputs_sha256"]
    parts = (digests[MODEL_FILE], digests[TOKENIZER_FILE], str(MAX_TOKENS), version("onnxruntime"), platform.machine())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _presentable(text: str) -> str:
    """Text that the tokenizer takes: no lone surrogates (a terminal can produce them), no endless input."""
    return text.strip()[:MAX_CHARACTERS].encode("utf-8", "replace").decode()


def _session(model: Path, threads: int) -> Any:
    import onnxruntime  # 0.2 s, which commands that encode nothing should not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer  # see _session

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.encode_special_tokens = True  # "[SEP]" typed by a candidate is text, not a control token
    return tokenizer
