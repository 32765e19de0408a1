"""Turns sentences into unit vectors, the same bits for the same sentence whatever is encoded beside it."""

import hashlib
import json
import platform
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIMENSIONS = 384
MAX_TOKENS = 256
MAX_CHARACTERS = 20_000
THREADS = 1
"""A second thread makes a sentence of 20 words no faster, and costs twice the CPU time while it waits."""
Inner = Literal["encoder.layer.3.output.LayerNorm.out", "encoder.layer.5.output.LayerNorm.out"]
LOWER_LAYER: Inner = "encoder.layer.3.output.LayerNorm.out"
LAST_LAYER: Inner = "encoder.layer.5.output.LayerNorm.out"
INNER: tuple[Inner, ...] = (LOWER_LAYER, LAST_LAYER)
"""The layers that can be read beside the sentence's vector."""

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
        _, (embedding,) = network(self._files, self._threads).run(text, "embedding")
        vector: Vectors = embedding[0]
        return vector


class Network:
    """The model's session with its tokenizer, and two of its layers as further outputs; safe to share between threads."""

    def __init__(self, files: Files, threads: int) -> None:
        self._session = session(files.model.read_bytes() + b"".join(map(_output, INNER)), threads)
        self._tokenizer = _tokenizer(files.tokenizer)

    def run(self, text: str, *outputs: Literal["embedding"] | Inner) -> tuple[list[str], list[Any]]:
        """The word pieces of a text, [CLS] and [SEP] among them, and each output for it, its first axis being 1."""
        read = self._tokenizer.encode(_presentable(text))
        ids = np.array([read.ids], np.int64)
        return read.tokens, self._session.run(list(outputs), {"input_ids": ids, "attention_mask": np.ones_like(ids)})


_LOADING = threading.Lock()
_NETWORKS: dict[tuple[Files, int], Network] = {}


def network(files: Files, threads: int) -> Network:
    """The process's one network for these files, loaded on first use: it takes 40 MB and 0.1 s."""
    with _LOADING:
        key = (files, threads)
        if key not in _NETWORKS:
            _NETWORKS[key] = Network(files, threads)
        return _NETWORKS[key]


def fingerprint() -> str:
    """Names everything that the packaged encoder's bits depend on, as far as it can be told without loading it."""
    digests = json.loads((WEIGHTS / PROVENANCE_FILE).read_text(encoding="utf-8"))["outputs_sha256"]
    parts = (digests[MODEL_FILE], digests[TOKENIZER_FILE], str(MAX_TOKENS), version("onnxruntime"), platform.machine())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _presentable(text: str) -> str:
    """Text that the tokenizer takes: no lone surrogates (a terminal can produce them), no endless input."""
    return text.strip()[:MAX_CHARACTERS].encode("utf-8", "replace").decode()


def session(model: bytes, threads: int) -> Any:
    """An onnxruntime session for a serialised model: the same bits out for the same bits in."""
    import onnxruntime  # 0.2 s, which commands that encode nothing should not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _output(name: str) -> bytes:
    """ModelProto{graph{output{name}}}: appended to a model it adds an output, as protocol buffers merge what is repeated."""
    encoded = name.encode()
    for tag in (0x0A, 0x62, 0x3A):
        encoded = bytes((tag, len(encoded))) + encoded
    return encoded


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer  # see session

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.encode_special_tokens = True  # "[SEP]" typed by a candidate is text, not a control token
    return tokenizer
