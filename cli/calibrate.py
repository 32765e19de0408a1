"""`interview calibrate`: fits the grader's scores to interviews of known level."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from agents.encoder import packaged_encoder
from cli.calibrated import FILE
from cli.console import complain, data_dir, emit_json, out, remark
from cli.options import DataDir, Json
from evals.calibration.run import calibrate as fit
from evals.consistency.cases import gold_cases
from evals.gold import GoldError, write_gold
from graphs.store import write_private
from scenarios.catalog import find
from scenarios.loader import library_ids

app = typer.Typer()


@app.command()
def calibrate(
    gold: Annotated[
        Path | None, typer.Option("--gold", help="Interviews of known level (JSONL; `interview label` writes them).")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--out", help="Where to write the calibration (default: the data folder, where grading finds it)."),
    ] = None,
    planted: Annotated[
        Path | None, typer.Option("--write-planted", help="Only write our planted (synthetic) gold interviews to this file.")
    ] = None,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Fit a calibration and print the gate: calibrated, or provisional with what is missing."""
    scenarios = {name: find(name).scenario for name in library_ids()}
    if planted is not None:
        cases = gold_cases(scenarios, 10_000)
        planted.parent.mkdir(parents=True, exist_ok=True)
        write_gold(planted, cases)
        remark(f"{len(cases)} planted interviews written to {planted}")
        return
    if gold is None:
        complain("name the labelled interviews with --gold FILE.jsonl, or write ours with --write-planted FILE.jsonl")
        raise typer.Exit(2)
    try:
        artifact = fit(gold, scenarios, packaged_encoder())
    except GoldError as error:
        complain(str(error))
        raise typer.Exit(2) from None
    target = to or data_dir(folder) / FILE
    write_private(target, artifact.model_dump_json(indent=1) + "\n")
    if as_json:
        emit_json(artifact.model_dump_json(indent=1))
        return
    counted = f"{artifact.planted} planted (synthetic) and {artifact.human} human interviews"
    out.print(Text(f"{artifact.status}: {artifact.id}, {counted}, {artifact.scope}"))
    for line in artifact.missing:
        out.print(Text(f"  missing: {line}"))
    remark(f"Written to {target}; it is applied from the next grading on.")
