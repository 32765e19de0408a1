"""Gives the vector of every word piece in its sentence, as the packaged encoder and as the tuned layers read it."""

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
from agents.encoder.encoder import DIMENSIONS, LAST_LAYER, LOWER_LAYER, THREADS, Files, network
from agents.facts.top import TOP, Reading, TopRecord, top


class Pieces(NamedTuple):
    """A text's word pieces, a unit vector for each as float32 (n, 384), and the vector of the whole text."""

    words: tuple[str, ...]
    rows: NDArray[np.float32]
    whole: NDArray[np.float32]
    tuned: Reading


class Corpus(NamedTuple):
    """The rows of many texts, and what the tuned layers make of each."""

    rows: list[NDArray[np.float32]]
    tuned: list[Reading]


class PieceEncoder(Protocol):
    """Anything that gives a text's pieces."""

    def encode(self, text: str) -> Pieces:
        """The pieces of one text; the same for the same text, always."""
        ...

    @property
    def scale(self) -> TopRecord:
        """How the tuned readings are to be weighed."""
        ...

    def encode_corpus(self, texts: Sequence[str]) -> Corpus:
        """Every text, kept on disk by content."""
        ...


class PackagedPieces:
    """The packaged MiniLM's last layer, from the session that its sentence vectors come from; safe across threads.

    Late interaction as in ColBERT (Khattab and Zaharia, 2020), without its training.
    """

    def __init__(self, directory: Path | None = None, threads: int = THREADS, tuned: Path = TOP) -> None:
        self._directory = directory
        self._threads = threads
        self._top = top(tuned)

    @property
    def scale(self) -> TopRecord:
        """How the tuned readings are to be weighed."""
        return self._top.record

    def encode(self, text: str) -> Pieces:
        """The pieces of one text; [CLS] and [SEP] count in the wholes only, as in the encoder."""
        words, (lower, layer) = network(Files(), self._threads).run(text, LOWER_LAYER, LAST_LAYER)
        total = layer[0].sum(axis=0)
        rows = layer[0] / np.linalg.norm(layer[0], axis=1, keepdims=True)
        return Pieces(tuple(words[1:-1]), rows[1:-1], total / np.linalg.norm(total), self._top.read(lower))

    def encode_corpus(self, texts: Sequence[str]) -> Corpus:
        """Every text; a damaged or missing file only costs the time to encode again."""
        identity = (fingerprint(), self._top.record.model_sha256, *texts)
        digest = hashlib.sha256("\0".join(identity).encode("utf-8", "surrogatepass")).hexdigest()
        path = cache_dir(self._directory) / f"pieces-{digest[:24]}.npz"
        stored = _read(path, len(texts))
        if stored is None:
            stored = rounded([self.encode(text) for text in texts])
            _write(path, stored)
        return stored


def rounded(pieces: Sequence[Pieces]) -> Corpus:
    """Pieces as they come back from disk, where two bytes a number are kept."""
    return Corpus(
        [_half(item.rows) for item in pieces], [Reading(_half(item.tuned.rows), _half(item.tuned.whole)) for item in pieces]
    )


def _half(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values.astype(np.float16).astype(np.float32)


@lru_cache(maxsize=1)
def packaged_pieces() -> PackagedPieces:
    """The process's one instance."""
    return PackagedPieces()


def _read(path: Path, texts: int) -> Corpus | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            rows, tuned, wholes = (file[name].astype(np.float32) for name in ("rows", "tuned", "wholes"))
            lengths, tuned_lengths = file["lengths"], file["tuned_lengths"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    whole = (len(lengths), len(tuned_lengths), len(wholes)) == (texts, texts, texts)
    if not whole or rows.shape != (int(lengths.sum()), DIMENSIONS) or tuned.shape != (int(tuned_lengths.sum()), DIMENSIONS):
        return None
    own = np.split(tuned, np.cumsum(tuned_lengths)[:-1])
    return Corpus(np.split(rows, np.cumsum(lengths)[:-1]), [Reading(*item) for item in zip(own, wholes, strict=True)])


def _write(path: Path, corpus: Corpus) -> None:
    temporary = path.with_name(f".{path.name}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez(
                file,
                rows=np.concatenate(corpus.rows).astype(np.float16),
                lengths=np.array([len(item) for item in corpus.rows]),
                tuned=np.concatenate([item.rows for item in corpus.tuned]).astype(np.float16),
                tuned_lengths=np.array([len(item.rows) for item in corpus.tuned]),
                wholes=np.stack([item.whole for item in corpus.tuned]).astype(np.float16),
            )
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
