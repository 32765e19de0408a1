"""Gives the vector of every word piece in its sentence, from the packaged encoder's last layer, for matching word by word."""

import hashlib
import threading
import zipfile
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.encoder import MAX_TOKENS, cache_dir, fingerprint
from agents.encoder.encoder import DIMENSIONS, MAX_CHARACTERS, MODEL_FILE, TOKENIZER_FILE, WEIGHTS

LAST_LAYER = "encoder.layer.5.output.LayerNorm.out"
THREADS = 2


class Pieces(NamedTuple):
    """A text's word pieces, a unit vector for each as float32 (n, 384), and the vector of the whole text."""

    words: tuple[str, ...]
    rows: NDArray[np.float32]
    whole: NDArray[np.float32]


class PieceEncoder(Protocol):
    """Anything that gives a text's pieces."""

    def encode(self, text: str) -> Pieces:
        """The pieces of one text; the same for the same text, always."""
        ...

    def encode_corpus(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """The rows of every text, kept on disk by content."""
        ...


class PackagedPieces:
    """The packaged MiniLM with its last layer as a second output; loaded when the first text comes, safe across threads.

    Late interaction as in ColBERT (Khattab and Zaharia, 2020), without its training.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, text: str) -> Pieces:
        """The pieces of one text; [CLS] and [SEP] count in the whole only, as in the encoder."""
        session, tokenizer = self._load()
        read = tokenizer.encode(text.strip()[:MAX_CHARACTERS].encode("utf-8", "replace").decode())
        ids = np.array([read.ids], np.int64)
        (layer,) = session.run([LAST_LAYER], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        total = layer[0].sum(axis=0)
        rows = layer[0] / np.linalg.norm(layer[0], axis=1, keepdims=True)
        return Pieces(tuple(read.tokens[1:-1]), rows[1:-1], total / np.linalg.norm(total))

    def encode_corpus(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """The rows of every text; a damaged or missing file only costs the time to encode again."""
        digest = hashlib.sha256("\0".join((fingerprint(), *texts)).encode("utf-8", "surrogatepass")).hexdigest()
        path = cache_dir(self._directory) / f"pieces-{digest[:24]}.npz"
        stored = _read(path, len(texts))
        if stored is None:
            stored = [self.encode(text).rows.astype(np.float16) for text in texts]
            _write(path, stored)
        return [rows.astype(np.float32) for rows in stored]

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _session(), _tokenizer()
            return self._loaded


@lru_cache(maxsize=1)
def packaged_pieces() -> PackagedPieces:
    """The process's one instance: its session takes 40 MB."""
    return PackagedPieces()


def _session() -> Any:
    import onnxruntime  # 0.2 s, which commands that answer nothing should not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    model = (WEIGHTS / MODEL_FILE).read_bytes() + _output(LAST_LAYER)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _output(name: str) -> bytes:
    """ModelProto{graph{output{name}}}: appended to a model it adds an output, as protocol buffers merge what is repeated."""
    encoded = name.encode()
    for tag in (0x0A, 0x62, 0x3A):
        encoded = bytes((tag, len(encoded))) + encoded
    return encoded


def _tokenizer() -> Any:
    from tokenizers import Tokenizer  # see _session

    tokenizer = Tokenizer.from_file(str(WEIGHTS / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.encode_special_tokens = True
    return tokenizer


def _read(path: Path, texts: int) -> list[NDArray[np.float16]] | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            rows, lengths = file["rows"], file["lengths"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    if len(lengths) != texts or rows.shape != (int(lengths.sum()), DIMENSIONS):
        return None
    return np.split(rows, np.cumsum(lengths)[:-1])


def _write(path: Path, rows: Sequence[NDArray[np.float16]]) -> None:
    temporary = path.with_name(f".{path.name}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, rows=np.concatenate(rows), lengths=np.array([len(item) for item in rows]))
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
