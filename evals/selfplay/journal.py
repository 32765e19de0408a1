"""The run folder's files: outcomes appended one synced line at a time, and put into canonical order at the end."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple, Self, TypeVar

from pydantic import ValidationError

from agents.record import Record
from evals.selfplay.shard import Failure

RECORDS = "records.jsonl"
FAILURES = "failures.jsonl"
PARTIAL = "records.partial.jsonl"

Kind = TypeVar("Kind", Record, Failure)


class _Place(NamedTuple):
    """Where a line lies: file, offset and length in bytes."""

    path: Path
    offset: int
    length: int


class Journal:
    """Append-only while running; a process killed at any moment costs at most the line that it was writing."""

    def __init__(self, folder: Path) -> None:
        """Open the journal, cutting off a torn last line."""
        self._folder = folder
        self._partial = folder / PARTIAL
        for left_over in (*folder.glob(f".{RECORDS}.*"), *folder.glob(f".{FAILURES}.*")):
            left_over.unlink()
        cut_torn_line(self._partial)
        cut_torn_line(folder / FAILURES)
        self._places = self._found()
        self.failures = {failure.session_id: failure for failure in read_failures(folder)}
        for session in self._places:
            self.failures.pop(session, None)
        self._files: dict[Path, IO[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    @property
    def finished(self) -> frozenset[str]:
        """Sessions that have a record."""
        return frozenset(self._places)

    def add(self, outcome: Record | Failure) -> None:
        """Append one outcome and sync it; a record settles an earlier failure of the same session."""
        if isinstance(outcome, Failure):
            self._append(self._folder / FAILURES, outcome.model_dump_json())
            self.failures[outcome.session_id] = outcome
            return
        self._places[outcome.session_id] = self._append(self._partial, outcome.model_dump_json())
        self.failures.pop(outcome.session_id, None)

    def compact(self, order: Sequence[str]) -> None:
        """Write records and failures in this order of sessions, each file replaced at once; safe to be killed at any point."""
        self.__exit__()
        # Read again rather than trusted: Ctrl-C may have come between a line and its entry in our books.
        cut_torn_line(self._partial)
        self._places = self._found()
        _replace(self._folder / RECORDS, (_line(self._places[session]) for session in order if session in self._places))
        failures = (self.failures[session] for session in order if session in self.failures)
        _replace(self._folder / FAILURES, (failure.model_dump_json().encode() + b"\n" for failure in failures))
        self._partial.unlink(missing_ok=True)
        self._places = self._found()

    def _found(self) -> dict[str, _Place]:
        return {session: place for path in (self._folder / RECORDS, self._partial) for session, place in _places(path)}

    def _append(self, path: Path, text: str) -> _Place:
        if path not in self._files:
            self._files[path] = path.open("ab")
        file = self._files[path]
        line = text.encode() + b"\n"
        offset = file.tell()
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
        return _Place(path, offset, len(line))


def read_records(run: Path) -> Iterator[Record]:
    """The records of a run folder in canonical order, those of an unfinished run after them; each session once."""
    seen = set()
    for name in (RECORDS, PARTIAL):
        for record in _parsed(run / name, Record):
            if record.session_id not in seen:
                seen.add(record.session_id)
                yield record


def read_failures(run: Path) -> Iterator[Failure]:
    """The failures of a run folder, as written."""
    return _parsed(run / FAILURES, Failure)


def cut_torn_line(path: Path) -> None:
    """Cut off what follows the last newline: a line that was being written when the process died."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        position = end
        while position > 0:
            step = min(1 << 16, position)
            file.seek(position - step)
            newline = file.read(step).rfind(b"\n")
            if newline >= 0:
                position = position - step + newline + 1
                break
            position -= step
        if position < end:
            file.truncate(position)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if not path.is_file():
        return
    offset = 0
    with path.open("rb") as file:
        for line in file:
            yield offset, line
            offset += len(line)


def _parsed(path: Path, kind: type[Kind]) -> Iterator[Kind]:
    """Each readable line of `path`; a line spoilt on disk counts as not there, so that its episode runs again."""
    for _, line in _lines(path):
        try:
            yield kind.model_validate_json(line)
        except ValidationError:
            continue


def _places(path: Path) -> Iterator[tuple[str, _Place]]:
    for offset, line in _lines(path):
        try:
            record = Record.model_validate_json(line)
        except ValidationError:
            continue
        yield record.session_id, _Place(path, offset, len(line))


def _line(place: _Place) -> bytes:
    with place.path.open("rb") as file:
        file.seek(place.offset)
        return file.read(place.length)


def _replace(path: Path, lines: Iterator[bytes]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
