"""`interview label`: a person grades records blind, so that the grader can be held against people."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.padding import Padding
from rich.text import Text

from agents.record import Record
from cli.console import complain, data_dir, out, remark
from cli.options import DataDir
from cli.view import View
from evals.gold import GoldError, write_gold
from evals.labelling.agreement import between_raters
from evals.labelling.session import LabelSession, gather, read_labels
from graphs.store import StoreError
from scenarios.catalog import find
from scenarios.rubric import Criterion

app = typer.Typer()
QUIT = {"q", "quit"}


@app.command()
def label(
    records: Annotated[list[Path], typer.Argument(help="Records (record.json), or records.jsonl files of run folders.")],
    rater: Annotated[str, typer.Option("--rater", help="Your name, as it will stand beside your labels.")],
    to: Annotated[
        Path | None, typer.Option("--gold-out", help="Afterwards write all labelled interviews as gold (JSONL) for `calibrate`.")
    ] = None,
    folder: DataDir = None,
) -> None:
    """Grade interviews without seeing any score; q stops, and the same command carries on."""
    store = data_dir(folder) / "labels.jsonl"
    known = [record for path in records for record in _read(path)]
    try:
        for record in known:
            if not _sit(record, rater, store):
                break
        labels = read_labels(store)
    except GoldError as error:
        raise StoreError(str(error)) from None
    scenarios = {record.scenario.id: find(record.scenario.id).scenario for record in known}
    gold = gather(known, labels, scenarios)
    found = between_raters(gold)
    out.print(Text(f"{len(labels)} labels on {len(gold)} interviews by {found.raters} raters"))
    if found.raters > 1:
        out.print(Text(found.model_dump_json(indent=1)))
    if to is not None:
        write_gold(to, gold)
        remark(f"Gold written to {to}")


def _sit(record: Record, rater: str, store: Path) -> bool:
    scenario = find(record.scenario.id).scenario
    session = LabelSession(record, scenario.rubric, rater, store)
    pending = session.pending()
    if not pending:
        return True
    out.print(Text(f"\n{scenario.brief.title}, {len(pending)} criteria to go", style="bold"))
    view = View(out)
    for turn in session.transcript:
        view.turn(turn)
    for criterion in pending:
        answer = _ask(criterion)
        if answer in QUIT:
            return False
        level = None if answer == "n" else int(answer)
        session.add(criterion.id, level, at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
    return True


def _ask(criterion: Criterion) -> str:
    anchors = criterion.anchors
    out.print(Text(f"\n{criterion.title}", style="bold"))
    for number, name, text in [
        (1, "below", anchors.below),
        (2, "IC5", anchors.ic5),
        (3, "IC6", anchors.ic6),
        (4, "IC7", anchors.ic7),
    ]:
        out.print(Padding(Text(f"{number} {name}: {text}"), (0, 0, 0, 2)))
    while True:
        out.print("  0 not shown, 1 to 4, n no room to judge, q stop: ", end="", markup=False)
        line = sys.stdin.readline()
        answer = line.strip().lower() if line else "q"
        if answer in {"0", "1", "2", "3", "4", "n", *QUIT}:
            return answer


def _read(path: Path) -> list[Record]:
    try:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines() if path.suffix == ".jsonl" else [text]
        return [Record.model_validate_json(line) for line in lines if line.strip()]
    except (OSError, ValidationError, ValueError) as error:
        complain(f"{path}: not a record: {str(error).splitlines()[0]}")
        raise typer.Exit(2) from None
