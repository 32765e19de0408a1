"""Remembers vectors: recent ones in memory, those of a whole corpus on disk."""

import hashlib
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np
from platformdirs import user_cache_dir

from agents.encoder.encoder import DIMENSIONS, THREADS, MiniLM, SentenceEncoder, Vectors, fingerprint

CACHE_DIR_VARIABLE = "INTERVIEW_CACHE_DIR"
CAPACITY = 8192

_DIGEST_BYTES = hashlib.sha256().digest_size
_ROW = np.dtype([("key", np.uint8, _DIGEST_BYTES), ("vector", "<f4", DIMENSIONS)])


class CachedEncoder:
    """A SentenceEncoder that encodes each text once; safe to share between threads."""

    def __init__(
        self, encoder: SentenceEncoder, *, identity: str, capacity: int = CAPACITY, directory: Path | None = None
    ) -> None:
        """Wrap `encoder`; vectors on disk are reused only under the same `identity` (see `fingerprint`)."""
        self._encoder = encoder
        self._identity = identity
        self._recent = _Recent(capacity)
        self._directory = directory

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, 384), one row of length 1 for each text."""
        known = self._recent.get(texts)
        new = self._encode_missing(texts, known)
        self._recent.put(new)
        return _rows(known | new, texts)

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:
        """Like `encode`, with the vectors kept on disk under `name`; only texts that are new there are encoded.

        A damaged file counts as none, and a folder that can't be written to only costs the time.
        """
        path = cache_dir(self._directory) / f"{quote(name, safe='')}.vectors"
        keys = {text: self._key(text) for text in texts}
        stored = _read(path)
        known = {text: stored[key] for text, key in keys.items() if key in stored} | self._recent.get(texts)
        known |= self._encode_missing(texts, known)
        self._recent.put(known)
        if stored.keys() != set(keys.values()):
            _write(path, {keys[text]: vector for text, vector in known.items()})
        return _rows(known, texts)

    def _encode_missing(self, texts: Sequence[str], known: Mapping[str, Vectors]) -> dict[str, Vectors]:
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        return dict(zip(missing, self._encoder.encode(missing), strict=True)) if missing else {}

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._identity}\n{text}".encode("utf-8", "surrogatepass")).digest()


def packaged_encoder(*, threads: int = THREADS, directory: Path | None = None) -> CachedEncoder:
    """The encoder that the package carries, with its cache; nothing is loaded before the first text that is new."""
    return CachedEncoder(MiniLM(threads=threads), identity=fingerprint(), directory=directory)


def cache_dir(chosen: Path | None = None) -> Path:
    """The folder chosen by the caller, else by the environment, else the platform's cache folder for us."""
    return chosen or Path(os.environ.get(CACHE_DIR_VARIABLE) or user_cache_dir("interview-loop"))


class _Recent:
    """The most recently used vectors, by text."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    def get(self, texts: Iterable[str]) -> dict[str, Vectors]:
        with self._lock:
            found = {text: self._vectors[text] for text in texts if text in self._vectors}
            for text in found:
                self._vectors.move_to_end(text)
            return found

    def put(self, vectors: Mapping[str, Vectors]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                self._vectors[text] = vector.copy()  # a row alone, so that it does not keep its whole matrix alive
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._capacity:
                self._vectors.popitem(last=False)


def _rows(vectors: Mapping[str, Vectors], texts: Sequence[str]) -> Vectors:
    rows = np.empty((len(texts), DIMENSIONS), np.float32)
    for row, text in enumerate(texts):
        rows[row] = vectors[text]
    return rows


def _read(path: Path) -> dict[bytes, Vectors]:
    """The vectors at `path` by key: a SHA-256 digest, then rows of key and vector; none if the file is absent or damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    digest, body = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != digest or len(body) % _ROW.itemsize:
        return {}
    table = np.frombuffer(body, _ROW)
    return {key.tobytes(): vector for key, vector in zip(table["key"], table["vector"], strict=True)}


def _write(path: Path, vectors: Mapping[bytes, Vectors]) -> None:
    """Write beside `path`, then move into place, so that a reader meets the old file or the new one, never half of one."""
    table = np.zeros(len(vectors), _ROW)
    table["key"] = np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, _DIGEST_BYTES)
    for row, vector in enumerate(vectors.values()):
        table["vector"][row] = vector
    body = table.tobytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, hashlib.sha256(body).digest() + body)
    except OSError:
        return


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
