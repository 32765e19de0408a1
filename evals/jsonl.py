"""Reads JSON Lines files strictly: every line a valid model, or an error that names file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

Loaded = TypeVar("Loaded", bound=BaseModel)


def read_models(path: Path, model: type[Loaded]) -> Iterator[Loaded]:
    """One instance for each line that is not blank; raises ValueError for a file that can't be read and a malformed line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ValueError(f"{path}: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path.name}: is not UTF-8 text") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield model.model_validate_json(line)
            except ValueError as error:
                raise ValueError(f"{path.name}: line {number}: {' '.join(str(error).split())[:240]}") from None
