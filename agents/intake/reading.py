"""Reads a person's notes from disk, and says in one line why a file can't be used."""

from pathlib import Path

MAX_BYTES = 1_000_000


class NotesError(ValueError):
    """Notes that can't be used; the message is one line with the fix."""


def read_notes(path: Path) -> str:
    """The text of `path`; raises NotesError if it is missing, empty, binary, larger than 1 MB or not text."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise NotesError(f"{path} is a folder: give a text file")
        if size > MAX_BYTES:
            raise NotesError(f"{path} is {size / 1e6:.0f} MB: notes are plain text of at most 1 MB")
        data = path.read_bytes()[: MAX_BYTES + 1]
    except OSError as error:
        raise NotesError(f"{path} can't be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise NotesError(f"{path} is larger than 1 MB: notes are plain text")
    text = _decode(path, data)
    if not text.strip():
        raise NotesError(
            f"{path} is empty: write down the structure you are assessed on, and what you have already worked through"
        )
    return text


def _decode(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data:
        raise NotesError(f"{path} is a binary file: give plain text or Markdown")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NotesError(f"{path} is not UTF-8 text: save it as UTF-8") from None
