"""`interview sessions`: lists the sessions on this machine."""

import json
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from agents.debrief.render import level
from cli.console import data_dir, emit_json, out
from cli.options import DataDir, Json
from graphs.store import SessionFolder, StoreError, session_folders

app = typer.Typer()


@app.command()
def sessions(as_json: Json = False, folder: DataDir = None) -> None:
    """List your sessions, the latest first."""
    rows = [_row(item) for item in session_folders(data_dir(folder) / "sessions")]
    if as_json:
        emit_json(json.dumps({"schema_version": 1, "sessions": rows}, indent=1))
        return
    if not rows:
        out.print("No sessions yet: start one with `interview practice`.")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("session", "scenario", "started", "turns", "state", "level"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(row[column])) for column in ("session", "scenario", "started", "turns", "state", "level")))
    out.print(table)


def pick(root: Path, prefix: str | None, *, unfinished: bool) -> SessionFolder:
    """The session that `prefix` names, or the latest (unfinished); raises StoreError with what to do."""
    folders = session_folders(root)
    if prefix is not None:
        matching = [item for item in folders if item.path.name == prefix] or [
            item for item in folders if item.path.name.startswith(prefix)
        ]
        if len(matching) == 1:
            return matching[0]
        problem = "more than one session starts with" if matching else "no session starts with"
        raise StoreError(f"{problem} '{prefix}': `interview sessions` lists them")
    for item in folders:
        if not unfinished or _state(item) in {"unfinished", "unreadable"}:
            return item
    what = "unfinished session" if unfinished else "session"
    raise StoreError(f"there is no {what}: start one with `interview practice`")


def _state(folder: SessionFolder) -> str:
    try:
        return folder.record().ended.reason
    except StoreError:
        return "unreadable" if (folder.path / "record.json").exists() else "unfinished"


def _row(folder: SessionFolder) -> dict[str, Any]:
    row: dict[str, Any] = {
        "session": folder.path.name,
        "scenario": "?",
        "started": "?",
        "turns": 0,
        "state": _state(folder),
        "level": "–",
    }
    try:
        meta = folder.meta()
        row |= {"scenario": meta.scenario, "started": meta.started_at[:16]}
        record = folder.record()
        row["turns"] = len(record.turns)
        if record.scorecard:
            row["level"] = level(record.scorecard.overall.level)
    except StoreError:
        pass
    return row
