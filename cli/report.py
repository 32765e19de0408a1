"""`interview report`: the debrief of a session again, in the terminal, as Markdown, HTML or JSON."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from agents.cast import build_cast
from agents.debrief import Debrief, build_debrief, to_html, to_markdown
from agents.encoder import packaged_encoder
from agents.grader import Interview
from agents.record import Record
from cli.calibrated import calibration_in
from cli.console import complain, data_dir, emit_json, out, remark
from cli.debrief import show_debrief
from cli.engine import BaseUrlOption, EngineOption, ModelOption, SamplesOption, engine_fields, engines_for
from cli.options import DataDir, Json
from cli.sessions import pick
from cli.sitting import load_for, replies_of
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
    engine: EngineOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    samples: SamplesOption = 1,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Show the debrief of a finished session.

    With --regrade it is graded again from the record alone, by the engine it was sat with unless another is named.
    """
    chosen = pick(data_dir(folder) / "sessions", session, unfinished=False)
    record = chosen.record()
    scenario = load_for(chosen)
    if regrade:
        named = engine is not None or model is not None or base_url is not None or samples > 1
        record = grade_again(chosen, record, scenario, engine_fields(engine, model, base_url, samples=samples) if named else None)
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


def grade_again(folder: SessionFolder, record: Record, scenario: Scenario, engines: Mapping[str, Any] | None = None) -> Record:
    """The record with a fresh scorecard, saved; a grading that failed altogether replaces nothing."""
    settings = folder.meta().settings.model_copy(update=dict(engines or {}))
    calibration = calibration_in(folder.path.parent.parent)
    cast = build_cast(scenario, settings, packaged_encoder(), engines_for(settings, replies_of(folder)), calibration=calibration)
    minutes = record.turns[-1].at / 60 if record.turns else 0.0
    scorecard = asyncio.run(cast.grader.grade(Interview(turns=record.turns, minutes=minutes)))
    failures = sorted({score.reason for score in scorecard.criteria if score.status == "ungraded"})
    if failures:
        complain(f"{sum(score.status == 'ungraded' for score in scorecard.criteria)} criteria could not be graded: {failures[0]}")
    graded = any(score.status == "scored" for score in scorecard.criteria)
    if record.scorecard is not None and failures and not graded:
        return record
    stamps = record.engine | {"grader": cast.engine["grader"]}
    record = record.model_copy(update={"scorecard": scorecard, "engine": stamps})
    folder.save_record(record)
    return record
