"""`interview doctor`: says whether the installation works and what a model is fit for."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from agents.encoder import packaged_encoder
from agents.settings import Settings
from cli.checkup import Checkup, Line, examine, examine_embedded
from cli.console import data_dir, emit_json, out, remark
from cli.engine import BaseUrlOption, ModelOption, engine_fields, engines_for
from cli.options import DataDir, Json

app = typer.Typer()


@app.command()
def doctor(
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario that the sample turns are about.")] = "food-delivery-eta",
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Check the installation, and with a model its connection, abilities, speed, and which roles it is fit for."""
    checkup = examine_embedded(data_dir(folder), packaged_encoder())
    fields = engine_fields(None, model, base_url)
    settings = Settings.model_validate(fields)
    engines = engines_for(settings)
    if engines is not None:
        remark(f"Asking {settings.model} about fifty small things; a slow server takes a while.")
        checkup = checkup.model_copy(update={"model": asyncio.run(examine(settings, engines, scenario, packaged_encoder()))})
    if as_json:
        emit_json(checkup.model_dump_json(indent=1))
    else:
        _show(checkup)
    if not checkup.healthy:
        raise typer.Exit(1)


def _show(checkup: Checkup) -> None:
    _show_lines(checkup.installation)
    found = checkup.model
    if found is None:
        out.print(Text("No model is named: every role is embedded. Name one with --model or INTERVIEW_MODEL to check it."))
        return
    out.print(Text(f"\nModel {found.model} at {found.base_url}"))
    _show_lines(found.lines)
    if not all(line.good for line in found.lines) and not any(role.fit for role in found.roles):
        out.print(Text("Fit for no role."))
    elif found.roles:
        out.print()
        table = Table(box=None, pad_edge=False)
        for column in ("role", "fit", "why"):
            table.add_column(column, overflow="fold")
        for verdict in found.roles:
            table.add_row(verdict.role, "yes" if verdict.fit else "NO", Text(verdict.why))
        out.print(table)
    for problem in found.broken[:10]:
        out.print(Text(f"  {problem}", style="dim"))


def _show_lines(lines: tuple[Line, ...]) -> None:
    for line in lines:
        out.print(Text(f"{'ok  ' if line.good else 'BAD '} {line.what}: {line.found}"), soft_wrap=True)
