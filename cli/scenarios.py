"""`interview scenarios`: list, show, check and write scenarios."""

import json
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.console import complain, data_dir, emit_json, out
from cli.options import DataDir, Json
from graphs.store import worked_scenarios
from scenarios.catalog import Card, find, library
from scenarios.scenario import Scenario

app = typer.Typer(no_args_is_help=True, help="List, show, check and write scenarios.")


@app.command("list")
def list_scenarios(
    company: Annotated[str | None, typer.Option("--company", help="Only scenarios of this company.")] = None,
    technique: Annotated[str | None, typer.Option("--technique", help="Only scenarios that use this technique or tag.")] = None,
    worked: Annotated[
        bool | None, typer.Option("--worked/--not-worked", help="Only those that you have (or have not) sat.")
    ] = None,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """List the scenarios: the library's and your own."""
    root = data_dir(folder)
    sat = worked_scenarios(root / "sessions")
    cards, broken = library(root / "scenarios")
    chosen = [card for card in cards if _fits(card, company, technique, worked, sat)]
    if as_json:
        rows = [_public(card) | {"worked": card.id in sat} for card in chosen]
        emit_json(json.dumps({"schema_version": 1, "scenarios": rows}, indent=1))
    else:
        table = Table(box=None, pad_edge=False)
        for column in ("id", "title", "company", "min", "sat"):
            table.add_column(column, overflow="fold")
        for card in chosen:
            table.add_row(
                *(
                    Text(cell)
                    for cell in (card.id, card.title, card.company, f"{card.minutes:g}", "yes" if card.id in sat else "")
                )
            )
        out.print(table)
    for problem in broken:
        complain(f"left out: {problem}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Scenario id, or the path of a scenario file or folder.")],
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Also show facts, rubric and reference: this spoils the interview.")
    ] = False,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Show one scenario: its public part, unless --reveal."""
    scenario = find(name, data_dir(folder) / "scenarios").scenario
    if as_json:
        document = scenario.model_dump(mode="json") if reveal else _public_part(scenario)
        emit_json(json.dumps({"schema_version": 1} | document, indent=1, ensure_ascii=False))
        return
    brief = scenario.brief
    out.print(Text(f"{brief.title} ({brief.company}), {brief.target_level}, {brief.minutes:g} minutes", style="bold"))
    out.print(Padding(Text(brief.opening), (1, 0, 1, 2)))
    for phase in brief.phases:
        out.print(Text(f"  {phase.name}: {phase.minutes:g} min"))
    if reveal:
        _reveal(scenario)


def _reveal(scenario: Scenario) -> None:
    out.print(Text("\nFacts", style="bold"))
    for fact in scenario.facts.facts:
        out.print(Padding(Text(f"• {fact.text}"), (0, 0, 0, 2)))
    out.print(Text("\nNot specified", style="bold"))
    for topic in scenario.facts.unknown:
        out.print(Padding(Text(f"• {topic.topic}: {topic.questions[0]}"), (0, 0, 0, 2)))
    out.print(Text("\nRubric", style="bold"))
    for criterion in scenario.rubric.criteria:
        out.print(Padding(Text(f"• {criterion.title} ({criterion.dimension})\n  IC6: {criterion.anchors.ic6}"), (0, 0, 0, 2)))
    out.print(Text("\nReference", style="bold"))
    for part in scenario.reference.answer:
        out.print(Padding(Text(part.text), (0, 0, 1, 2)))


def _fits(card: Card, company: str | None, technique: str | None, worked: bool | None, sat: tuple[str, ...]) -> bool:
    wanted = (technique or "").lower().replace(" ", "-")
    return (
        (company is None or company.lower() in card.company.lower())
        and (technique is None or wanted in card.techniques or wanted in card.tags)
        and (worked is None or (card.id in sat) == worked)
    )


def _public(card: Card) -> dict[str, Any]:
    return card.model_dump(
        mode="json", include={"id", "title", "company", "problem_type", "summary", "tags", "minutes", "target_level"}
    )


def _public_part(scenario: Scenario) -> dict[str, Any]:
    brief = scenario.brief.model_dump(
        mode="json", include={"id", "title", "company", "product", "opening", "target_level", "minutes"}
    )
    return brief | {
        "phases": [phase.model_dump(mode="json", include={"id", "name", "minutes"}) for phase in scenario.brief.phases]
    }
