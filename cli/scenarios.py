"""`interview scenarios`: list, show, check and write scenarios."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from agents.encoder import packaged_encoder
from agents.intake import read_notes
from cli.console import complain, data_dir, emit_json, err, out, remark
from cli.interrogate import ask_order
from cli.options import DataDir, Json
from evals.authoring import Draft, Order, draft, write_draft
from graphs.store import worked_scenarios
from scenarios.catalog import Card, find, library
from scenarios.loader import LIBRARY, SUFFIXES, ScenarioError, scenario_paths
from scenarios.names import AreaId, Level
from scenarios.scenario import Scenario

app = typer.Typer(no_args_is_help=True, help="List, show, check and write scenarios.")


@app.command("list")
def list_scenarios(
    company: Annotated[str | None, typer.Option("--company", help="Only scenarios of this company.")] = None,
    technique: Annotated[str | None, typer.Option("--technique", help="Only scenarios that use this technique or tag.")] = None,
    area: Annotated[
        AreaId | None, typer.Option("--area", help="Only scenarios whose interview dwells on this area more than most.")
    ] = None,
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
    chosen = [card for card in cards if _fits(card, company, technique, worked, sat) and (area is None or area in card.emphasis)]
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


@app.command("lint")
def lint_scenarios(
    names: Annotated[
        list[str] | None, typer.Argument(help="Scenario ids, files or folders (default: the whole library and your own).")
    ] = None,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Say everything that is wrong or weak, with file, field and fix; exit 1 if there are errors."""
    from evals.lint import lint_path  # the guard's model and the unit tables take a second, which `list` should not cost

    own = data_dir(folder) / "scenarios"
    paths = [_place(name, own) for name in names] if names else _everywhere(own)
    encoder = packaged_encoder()
    found: list[dict[str, str]] = []
    with err.status("linting") as status:
        for number, path in enumerate(paths, 1):
            status.update(f"linting {path.stem} ({number} of {len(paths)})")
            rows = [_placed(finding.model_dump(mode="json"), path) for finding in lint_path(path, encoder)]
            if not as_json:
                for row in rows:
                    out.print(Text("{severity}: {file}: {field}: {problem}: {fix}".format_map(row)), soft_wrap=True)
            found += rows
    errors = sum(row["severity"] == "error" for row in found)
    if as_json:
        emit_json(json.dumps({"schema_version": 1, "scenarios": len(paths), "errors": errors, "findings": found}, indent=1))
    scope = "1 scenario" if len(paths) == 1 else f"{len(paths)} scenarios"
    remark(f"{scope}: {errors} errors, {len(found) - errors} pieces of advice")
    if errors:
        raise typer.Exit(1)


@app.command()
def new(
    source: Annotated[
        Path | None, typer.Option("--from", help="The problem statement, a text file (default: you are asked for everything).")
    ] = None,
    notes: Annotated[
        Path | None, typer.Option("--notes", help="Facts of the system, one a line; headings give topics, questions stay open.")
    ] = None,
    name: Annotated[str | None, typer.Option("--id", help="Id of the scenario (default: from its title).")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title (default: the statement's first line).")] = None,
    company: Annotated[str, typer.Option("--company", help="Company that the interview is set in.")] = "A company",
    minutes: Annotated[float, typer.Option("--minutes", min=5, max=180, help="Length of the interview.")] = 45,
    level: Annotated[Level, typer.Option("--level", help="Target level.")] = "IC6",
    technique: Annotated[
        list[str] | None,
        typer.Option("--technique", help="A technique that solutions rely on, for `practice --avoid`; may be repeated."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="A .yaml file, or the folder to write into (default: your own scenarios).")
    ] = None,
    split: Annotated[bool, typer.Option("--split", help="Write a folder of four files instead of one file.")] = False,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Write a complete draft that can be sat at once, from a problem statement and notes, or from your answers."""
    if source is None and not sys.stdin.isatty():
        raise ScenarioError(
            "standard input is not a terminal, so nobody can be asked: give --from STATEMENT_FILE (and --notes FILE)"
        )
    if source is None:
        fields = ask_order(lambda text, default: str(typer.prompt(text, default=default, err=True, show_default=bool(default))))
    else:
        fields = {"statement": read_notes(source), "title": title, "company": company, "minutes": minutes}
    if notes is not None:
        fields["notes"] = "\n".join(filter(None, (fields.get("notes"), read_notes(notes))))
    fields = {"id": name, "level": level} | fields
    made = draft(_order(fields | ({"techniques": technique} if technique else {})))
    own = data_dir(folder) / "scenarios"
    target = _target(made.scenario.id, to, own, split=split)
    try:
        path = write_draft(made.scenario, target, "folder" if split else "file")
    except FileExistsError:
        raise ScenarioError(f"{target} exists already: choose another --id or --out, or delete it first") from None
    except OSError as error:
        raise ScenarioError(f"{target} can't be written: {error.strerror}") from None
    _tell_draft(made, path, as_json=as_json)


def _order(fields: dict[str, Any]) -> Order:
    try:
        return Order.model_validate(fields)
    except ValueError as error:  # pydantic's ValidationError is one
        raise ScenarioError(_first_problem(error)) from None


def _first_problem(error: ValueError) -> str:
    first = error.errors(include_url=False)[0] if hasattr(error, "errors") else {"loc": ("input",), "msg": str(error)}
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {first['msg']} (ids and techniques are lower-case words joined by hyphens)"


def _target(name: str, to: Path | None, own: Path, *, split: bool) -> Path:
    """Where the draft goes; an id of the library is refused, since one's own scenario would hide it."""
    if name in scenario_paths(LIBRARY):
        raise ScenarioError(f"the library has a scenario '{name}' already: choose another --id")
    if to is not None and to.suffix in SUFFIXES:
        if split or to.stem != name:
            raise ScenarioError(
                f"--out {to}: a file holds one whole scenario and is named after its id: {name}.yaml, without --split"
            )
        return to
    home = to or own
    if name in scenario_paths(home):
        raise ScenarioError(f"{home} holds a scenario '{name}' already: choose another --id, or delete it first")
    return home / (name if split else f"{name}.yaml")


def _tell_draft(made: Draft, path: Path, *, as_json: bool) -> None:
    sheet = made.scenario.facts
    if as_json:
        document = {"schema_version": 1, "id": made.scenario.id, "path": str(path), "facts": len(sheet.facts)}
        emit_json(json.dumps(document | {"left_out": made.left_out}, indent=1, ensure_ascii=False))
    else:
        out.print(Text(str(path)), soft_wrap=True)
    for line in made.left_out:
        remark(f"left out of the facts (states nothing about the system, or longer than 600 characters): {line}")
    remark(
        f"{len(sheet.facts)} facts from your words; probes, rubric, concepts and hints fit any problem until you make them yours."
    )
    remark(f"What is weak: interview scenarios lint {path}")
    remark(f"Sit it now:   interview practice --scenario {path}")


def _everywhere(own: Path) -> list[Path]:
    return [*scenario_paths(LIBRARY).values(), *scenario_paths(own).values()]


def _place(name: str, own: Path) -> Path:
    """The path of a scenario by id or by path, without loading it."""
    known = scenario_paths(LIBRARY) | scenario_paths(own)
    if name in known:
        return known[name]
    path = Path(name).expanduser()
    if not path.exists():
        raise ScenarioError(f"unknown scenario '{name}': one of {', '.join(known)}, or the path of a scenario file")
    return path.resolve()


def _placed(finding: dict[str, str], path: Path) -> dict[str, str]:
    """The finding with the file that a person would open: the four parts are one file or lie in a folder."""
    part = finding["file"].removesuffix(".yaml")
    if finding["file"] == f"{part}.yaml" and "/" not in part:
        place = (path / finding["file"], finding["field"]) if path.is_dir() else (path, f"{part}.{finding['field']}")
        return finding | {"file": str(place[0]), "field": place[1]}
    return finding


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
