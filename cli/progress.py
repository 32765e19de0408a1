"""`interview progress`: how your scores have moved from session to session."""

import json
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from agents.debrief.render import level, span
from agents.record import Record
from cli.console import data_dir, emit_json, out
from cli.options import DataDir, Json
from graphs.store import StoreError, session_folders
from scenarios.names import DIMENSIONS

app = typer.Typer()


@app.command()
def progress(as_json: Json = False, folder: DataDir = None) -> None:
    """Show level by dimension for every graded session, oldest first, with the change since the first."""
    rows = [_row(record) for record in _graded(data_dir(folder))]
    if as_json:
        emit_json(json.dumps({"schema_version": 1, "sessions": rows}, indent=1))
        return
    if not rows:
        out.print("No graded sessions yet: start one with `interview practice`.")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("date", "scenario", "overall", "interval", *(name[:6] for name in DIMENSIONS)):
        table.add_column(column, overflow="fold")
    for row in rows:
        cells = [row["started_at"][:10], row["scenario"], level(row["overall"]), span(row["interval"])]
        table.add_row(*(Text(cell) for cell in [*cells, *(level(row["dimensions"].get(name)) for name in DIMENSIONS)]))
    out.print(table)
    _change(rows)


def _change(rows: list[dict[str, Any]]) -> None:
    first, last = rows[0], rows[-1]
    if len(rows) > 1 and first["overall"] is not None and last["overall"] is not None:
        moved = last["overall"] - first["overall"]
        overlap = (
            first["interval"]
            and last["interval"]
            and first["interval"][1] >= last["interval"][0]
            and last["interval"][1] >= first["interval"][0]
        )
        doubt = "; the intervals overlap, so this may be chance" if overlap else ""
        out.print(f"\nOverall {moved:+.1f} since the first session (n = {len(rows)}){doubt}.", soft_wrap=True)


def _graded(root: Any) -> list[Record]:
    records = []
    for folder in session_folders(root / "sessions"):
        try:
            record = folder.record()
        except StoreError:
            continue
        if record.scorecard is not None:
            records.append(record)
    return sorted(records, key=lambda record: record.started_at)


def _row(record: Record) -> dict[str, Any]:
    card = record.scorecard
    return {
        "session": record.session_id,
        "scenario": record.scenario.id,
        "started_at": record.started_at,
        "overall": card.overall.level if card else None,
        "interval": list(card.overall.interval) if card and card.overall.interval else None,
        "dimensions": {score.id: score.level for score in card.dimensions} if card else {},
        "self_assessment": record.self_assessment,
    }
