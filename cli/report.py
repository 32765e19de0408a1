"""`interview report`: the debrief of a session again, in the terminal, as Markdown, HTML or JSON."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agents.cast import build_cast
from agents.debrief import Debrief, build_debrief, to_html, to_markdown
from agents.encoder import packaged_encoder
from agents.grader import Interview
from agents.record import Record
from cli.console import data_dir, emit_json, out, remark
from cli.debrief import show_debrief
from cli.options import DataDir, Json
from cli.sessions import pick
from cli.sitting import load_for
from graphs.store import SessionFolder, StoreError, write_private
from scenarios.scenario import Scenario

app = typer.Typer()


class Format(StrEnum):
    """How the debrief is written."""

    terminal = "terminal"
    md = "md"
    html = "html"
    json = "json"


@app.command()
def report(
    session: Annotated[str | None, typer.Argument(help="Session id, or the start of one (default: the latest).")] = None,
    form: Annotated[Format, typer.Option("--format", help="terminal, md, html or json.")] = Format.terminal,
    to: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade again from the record before reporting.")] = False,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Show the debrief of a finished session."""
    chosen = pick(data_dir(folder) / "sessions", session, unfinished=False)
    record = chosen.record()
    scenario = load_for(chosen)
    if regrade:
        record = grade_again(chosen, record, scenario)
    if record.scorecard is None:
        raise StoreError(
            f"session {chosen.path.name} is not graded yet: `interview resume {chosen.path.name}`, or report it with --regrade"
        )
    debrief = build_debrief(record, scenario)
    form = Format.json if as_json else form
    if form is Format.terminal and to is None:
        show_debrief(debrief, out)
        return
    text = render(debrief, Format.md if form is Format.terminal else form)
    if to is None:
        emit_json(text)
    else:
        write_private(to, text)
        remark(f"Written to {to}")


def render(debrief: Debrief, form: Format) -> str:
    """The debrief as text in one of the file formats."""
    match form:
        case Format.html:
            return to_html(debrief)
        case Format.json:
            return debrief.model_dump_json(indent=1)
        case _:
            return to_markdown(debrief)


def grade_again(folder: SessionFolder, record: Record, scenario: Scenario) -> Record:
    """The record with a fresh scorecard, saved."""
    grader = build_cast(scenario, folder.meta().settings, packaged_encoder()).grader
    minutes = record.turns[-1].at / 60 if record.turns else 0.0
    scorecard = asyncio.run(grader.grade(Interview(turns=record.turns, minutes=minutes)))
    record = record.model_copy(update={"scorecard": scorecard})
    folder.save_record(record)
    return record
