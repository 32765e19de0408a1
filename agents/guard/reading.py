"""Reads a text in one pass of the encoder: a vector for every word piece, for every clause and for the whole."""

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

from agents.encoder import DIMENSIONS, STOP_WORDS, Vectors, cache_dir, fingerprint
from agents.encoder.encoder import LAST_LAYER, THREADS, Files, network

MIN_PIECES = 3
REMEMBERED = 64
_ENDS = frozenset(".!?;:,—–")


class Reading(NamedTuple):
    """A text's word pieces, a unit vector for each, and unit vectors of the whole text and then of its parts."""

    pieces: tuple[str, ...]
    rows: Vectors
    parts: Vectors


class Lines(NamedTuple):
    """Many texts at once: the pieces of all, the row at which each text starts, and a vector of each text."""

    pieces: tuple[str, ...]
    rows: Vectors
    starts: NDArray[np.intp]
    wholes: Vectors


class Reader(Protocol):
    """Anything that reads texts."""

    def read(self, text: str) -> Reading:
        """One text; the same for the same text, always."""
        ...

    def read_corpus(self, texts: Sequence[str]) -> Lines:
        """Texts that will be asked for again."""
        ...


EMPTY = Reading((), np.zeros((0, DIMENSIONS), np.float32), np.zeros((1, DIMENSIONS), np.float32))


class PackagedReader:
    """The packaged MiniLM's last layer; a clause is the mean of its pieces, so that it costs no pass of its own."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self.read = lru_cache(maxsize=REMEMBERED)(self._read)

    def _read(self, text: str) -> Reading:
        pieces, layer = _layer(text)
        if not pieces:
            return EMPTY
        inner = layer[1:-1]
        parts = [layer.sum(axis=0), *(inner[start:end].sum(axis=0) for start, end in spans(pieces))]
        return Reading(pieces, _unit(inner), _unit(np.array(parts)))

    def read_corpus(self, texts: Sequence[str]) -> Lines:
        """All texts, kept on disk by content; a damaged or missing file only costs the time to read them again."""
        digest = hashlib.sha256("\0".join((fingerprint(), *texts)).encode("utf-8", "surrogatepass")).hexdigest()
        path = cache_dir(self._directory) / f"guard-lines-{digest[:24]}.npz"
        stored = _load(path, len(texts))
        if stored is None:
            stored = _Stored.of([_layer(text) for text in texts])
            _save(path, stored)
        ends = np.cumsum(stored.lengths)
        wholes = stored.wholes.astype(np.float32)
        return Lines(tuple(stored.pieces), _unit(stored.rows.astype(np.float32)), ends - stored.lengths, _unit(wholes))


@lru_cache(maxsize=1)
def packaged_reader() -> PackagedReader:
    """The process's one instance."""
    return PackagedReader()


def spans(pieces: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where the clauses and the sentences of a text begin and end; a full stop or comma between digits ends neither."""
    found: dict[tuple[int, int], None] = {}
    for ends in (_ENDS, _ENDS & frozenset(".!?")):
        start = 0
        for position, piece in enumerate(pieces):
            last = position == len(pieces) - 1
            if last or (piece in ends and not _between_digits(pieces, position)):
                if position + 1 - start >= MIN_PIECES:
                    found[start, position + 1] = None
                start = position + 1
    return tuple(found)


def tells(piece: str) -> bool:
    """Whether a word piece says something about a subject."""
    return piece not in STOP_WORDS and any(character.isalnum() for character in piece)


def _between_digits(pieces: Sequence[str], position: int) -> bool:
    neighbours = [*pieces[max(0, position - 1) : position], *pieces[position + 1 : position + 2]]
    return len(neighbours) == 2 and all(piece.isdigit() for piece in neighbours)


def _layer(text: str) -> tuple[tuple[str, ...], Vectors]:
    words, (layer,) = network(Files(), THREADS).run(text, LAST_LAYER)
    return tuple(words[1:-1]), layer[0]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-6)
    return unit


class _Stored(NamedTuple):
    pieces: NDArray[np.str_]
    rows: NDArray[np.float16]
    lengths: NDArray[np.intp]
    wholes: NDArray[np.float16]

    @classmethod
    def of(cls, layers: Sequence[tuple[tuple[str, ...], Vectors]]) -> "_Stored":
        inner = [layer[1:-1] if pieces else layer[:1] for pieces, layer in layers]
        named = [piece for pieces, _ in layers for piece in pieces or ("",)]
        wholes = np.array([layer.mean(axis=0) for _, layer in layers]).reshape(-1, DIMENSIONS)
        rows = np.concatenate(inner) if inner else np.zeros((0, DIMENSIONS))
        lengths = np.array([len(rows) for rows in inner], np.intp)
        return cls(np.array(named, np.str_), rows.astype(np.float16), lengths, wholes.astype(np.float16))


def _load(path: Path, texts: int) -> _Stored | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = _Stored(file["pieces"], file["rows"], file["lengths"], file["wholes"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    total = int(stored.lengths.sum())
    fits = stored.rows.shape == (total, DIMENSIONS) and len(stored.pieces) == total and stored.wholes.shape == (texts, DIMENSIONS)
    return stored if fits and len(stored.lengths) == texts else None


def _save(path: Path, stored: _Stored) -> None:
    temporary = path.with_name(f".{path.name}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, pieces=stored.pieces, rows=stored.rows, lengths=stored.lengths, wholes=stored.wholes)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
