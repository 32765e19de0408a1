"""Gives the vector of every word piece in its sentence, from the packaged encoder's last layer, for matching word by word."""

import hashlib
import threading
import zipfile
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.encoder import cache_dir, fingerprint
from agents.encoder.encoder import DIMENSIONS, LAST_LAYER, THREADS, Files, network


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
    """The packaged MiniLM's last layer, from the session that its sentence vectors come from; safe across threads.

    Late interaction as in ColBERT (Khattab and Zaharia, 2020), without its training.
    """

    def __init__(self, directory: Path | None = None, threads: int = THREADS) -> None:
        self._directory = directory
        self._threads = threads

    def encode(self, text: str) -> Pieces:
        """The pieces of one text; [CLS] and [SEP] count in the whole only, as in the encoder."""
        words, layer = network(Files(), self._threads).run(text, LAST_LAYER)
        total = layer[0].sum(axis=0)
        rows = layer[0] / np.linalg.norm(layer[0], axis=1, keepdims=True)
        return Pieces(tuple(words[1:-1]), rows[1:-1], total / np.linalg.norm(total))

    def encode_corpus(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """The rows of every text; a damaged or missing file only costs the time to encode again."""
        digest = hashlib.sha256("\0".join((fingerprint(), *texts)).encode("utf-8", "surrogatepass")).hexdigest()
        path = cache_dir(self._directory) / f"pieces-{digest[:24]}.npz"
        stored = _read(path, len(texts))
        if stored is None:
            stored = [self.encode(text).rows.astype(np.float16) for text in texts]
            _write(path, stored)
        return [rows.astype(np.float32) for rows in stored]


@lru_cache(maxsize=1)
def packaged_pieces() -> PackagedPieces:
    """The process's one instance."""
    return PackagedPieces()


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
