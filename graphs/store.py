"""Where a live session is kept on disk: one private folder with its checkpoints, its unsent turn and its record."""

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from agents.dialogue import Command
from agents.record import Record
from agents.settings import Settings
from scenarios.model import Model


class StoreError(RuntimeError):
    """The data folder or one session in it can't be used; the message is one line with the fix."""


class SessionMeta(Model):
    """What a session was started with."""

    schema_version: Literal[1] = 1
    session_id: str
    scenario: str
    scenario_path: str
    scenario_sha256: str
    settings: Settings
    seed: int
    started_at: str


class Said(Model):
    """One thing a person said: `turn` numbers what they said, so that it is never taken twice."""

    turn: int
    text: str
    seconds: float
    command: Command | None = None


class SessionFolder:
    """The files of one session; everything is written atomically and readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = path / "checkpoints.sqlite"

    @classmethod
    def create(cls, root: Path, meta: SessionMeta) -> "SessionFolder":
        """A new folder under `root`; raises StoreError if the disk refuses."""
        folder = cls(root / meta.session_id)
        try:
            folder.path.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise StoreError(f"can't write to {root}: {error.strerror}: choose another folder with --data-dir") from None
        folder.write("session.json", meta.model_dump_json(indent=1))
        return folder

    def meta(self) -> SessionMeta:
        """What the session was started with."""
        try:
            return SessionMeta.model_validate_json((self.path / "session.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.path / 'session.json'}: can't be read ({_first_line(error)})") from None

    def save_unsent(self, said: Said) -> None:
        """Keep what the person said until the graph has taken it."""
        self.write("unsent.json", said.model_dump_json())

    def unsent(self) -> Said | None:
        """What was said but may not have been taken, or None."""
        try:
            return Said.model_validate_json((self.path / "unsent.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return None

    def save_snapshot(self, values: dict[str, Any]) -> None:
        """Keep the graph's channels as JSON, from which a corrupt checkpoint file is rebuilt."""
        self.write("snapshot.json", json.dumps(values, ensure_ascii=False))

    def snapshot(self) -> dict[str, Any] | None:
        """The last channels kept, or None."""
        try:
            values = json.loads((self.path / "snapshot.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return values if isinstance(values, dict) else None

    def save_record(self, record: Record) -> None:
        """Write the record; it is rewritten after each turn, so that it never lags behind."""
        self.write("record.json", record.model_dump_json(indent=1))

    def record(self) -> Record:
        """The record as it stands."""
        try:
            return Record.model_validate_json((self.path / "record.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise StoreError(
                f"session {self.path.name} has no record yet: `interview resume {self.path.name}` to go on"
            ) from None
        except (OSError, ValidationError, ValueError) as error:
            raise StoreError(f"{self.path / 'record.json'}: not a readable record ({_first_line(error)})") from None

    def set_aside_checkpoints(self) -> None:
        """Move an unreadable checkpoint file away, keeping it."""
        for file in self.path.glob("checkpoints.sqlite*"):
            file.rename(file.with_name(f"broken-{file.name}"))

    def write(self, name: str, text: str) -> None:
        """Write one file of the session: to a temporary file, synced, then renamed."""
        write_private(self.path / name, text)


def session_folders(root: Path) -> tuple[SessionFolder, ...]:
    """All sessions under `root`, the latest first."""
    if not root.is_dir():
        return ()
    paths = [path for path in root.iterdir() if (path / "session.json").is_file()]
    return tuple(
        SessionFolder(path) for path in sorted(paths, key=lambda path: (path / "session.json").stat().st_mtime, reverse=True)
    )


def worked_scenarios(root: Path) -> tuple[str, ...]:
    """Ids of the scenarios that were sat before, the latest first; unreadable sessions are passed over."""
    worked = []
    for folder in session_folders(root):
        try:
            worked.append(folder.meta().scenario)
        except StoreError:
            continue
    return tuple(dict.fromkeys(worked))


def write_private(path: Path, text: str) -> None:
    """Atomically write `path` with mode 0600; raises StoreError if the disk refuses."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise StoreError(f"can't write {path}: {error.strerror}: choose another folder with --data-dir") from None


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__
