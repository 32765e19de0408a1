"""`interview grade`: grades interviews that were held elsewhere."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from agents.cast import build_cast
from agents.debrief import level_name
from agents.debrief.render import level, span
from agents.encoder import CachedEncoder, packaged_encoder
from agents.scorecard import Scorecard
from agents.settings import Settings
from cli.calibrated import calibration_in
from cli.console import complain, data_dir, emit_json, out, remark
from cli.options import DataDir, Json
from evals.grading.read import Dump, ReadError, match_scenario, read_dumps, to_interview
from graphs.store import write_private
from scenarios.catalog import Found, find, library

app = typer.Typer()


@app.command()
def grade(
    file: Annotated[Path, typer.Argument(help="JSON, JSONL, Markdown or plain text, with a speaker before each turn.")],
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help="Scenario id or path (default: told from the problem, else from what was said)."),
    ] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Write the scorecards to this file (JSONL).")] = None,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Grade interviews held elsewhere, and say what can't be assessed."""
    try:
        dumps = read_dumps(file)
    except ReadError as error:
        complain(str(error))
        raise typer.Exit(2) from None
    encoder = packaged_encoder()
    results = [_one(dump, number, scenario, data_dir(folder), encoder) for number, dump in enumerate(dumps, 1)]
    if to is not None:
        write_private(to, "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results))
        remark(f"Scorecards: {to}")
    if as_json:
        emit_json(json.dumps({"schema_version": 1, "interviews": results}, indent=1, ensure_ascii=False))
    else:
        for result in results:
            _show(result)
    if all(result["scorecard"] is None for result in results):
        raise typer.Exit(1)


def _one(dump: Dump, number: int, scenario: str | None, data: Path, encoder: CachedEncoder) -> dict[str, Any]:
    name = dump.id or f"interview {number}"
    found, how = _scenario(dump, scenario, data / "scenarios", encoder)
    if found is None:
        return {"id": name, "scenario": None, "how": how, "scorecard": None}
    settings = Settings(target_level=found.scenario.brief.target_level)
    interview = to_interview(dump, found.scenario.brief, encoder)
    cast = build_cast(found.scenario, settings, encoder, calibration=calibration_in(data))
    card = asyncio.run(cast.grader.grade(interview))
    return {"id": name, "scenario": found.scenario.id, "how": how, "scorecard": card.model_dump(mode="json")}


def _scenario(dump: Dump, named: str | None, own: Path, encoder: CachedEncoder) -> tuple[Found | None, str]:
    if named is not None:
        return find(named, own), "named on the command line"
    cards, _ = library(own)
    matching = match_scenario(dump, {card.id: find(card.id, own).scenario.brief for card in cards}, encoder)
    if matching is None:
        return None, "no scenario of the library fits: name one with --scenario"
    return find(matching.scenario, own), f"{matching.how}, fit {matching.fit:.2f}"


def _show(result: dict[str, Any]) -> None:
    out.print(Text(f"\n{result['id']}: {result['scenario'] or 'not graded'} ({result['how']})", style="bold"))
    if result["scorecard"] is None:
        return
    card = Scorecard.model_validate(result["scorecard"])
    overall = card.overall
    where = f"level {level(overall.level)} ({level_name(overall.level)}), {span(overall.interval)}"
    out.print(Text(f"{overall.decision_at_target} {card.target_level}: {where}; {card.calibration.status}"))
    for dimension in card.dimensions:
        out.print(Text(f"  {dimension.id}: {level(dimension.level)} ({level_name(dimension.level)}), {span(dimension.interval)}"))
    unseen = [score.id for score in card.criteria if score.status == "not_assessed"]
    if unseen:
        out.print(Text(f"  can't be assessed, no room was given: {', '.join(unseen)}", style="dim"))
