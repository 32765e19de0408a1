"""`interview practice`: seats a person in a mock interview."""

import datetime as dt
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from agents.encoder import packaged_encoder
from agents.intake import Choice, Profile, choose, describe_profile, load_profile, merge, read_notes, understand
from agents.settings import Settings
from cli.console import complain, data_dir, err, out, remark
from cli.engine import BaseUrlOption, EngineOption, ModelOption, RoleOption, SamplesOption, SelectorOption, engine_fields
from cli.options import DataDir, Json, Seed
from cli.view import View
from graphs.store import SessionFolder, SessionMeta, worked_scenarios, write_private
from scenarios.catalog import find, library
from scenarios.names import Level

app = typer.Typer()


@app.command()
def practice(
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Scenario id, or the path of a scenario file or folder.")
    ] = None,
    notes: Annotated[
        Path | None,
        typer.Option("--notes", help="Your own notes: the structure you are assessed on, problems already worked, wishes."),
    ] = None,
    level: Annotated[
        Level | None, typer.Option("--level", help="Target level (default: from the notes, else the scenario's).")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=5, max=180, help="Length (default: the scenario's, mostly 45).")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", help="A problem to leave out, by id or in your own words; may be repeated.")
    ] = None,
    avoid: Annotated[
        list[str] | None,
        typer.Option("--avoid", help="A technique to leave out, for example outlier-detection; may be repeated."),
    ] = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    role: RoleOption = None,
    selector: SelectorOption = None,
    samples: SamplesOption = 1,
    seed: Seed = 0,
    save: Annotated[
        bool, typer.Option("--save-notes", help="Save the notes as your profile, so that they are not asked for again.")
    ] = False,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Sit a mock interview; with standard input from a file or pipe, one turn a line.

    Ctrl-C or /pause stops it; `interview resume` carries on where it stopped.
    """
    root = data_dir(folder)
    engines = engine_fields(engine, model, base_url, role or (), selector, samples)
    profile = _profile(root, notes, exclude or [], avoid or [], save=save)
    choice = _choose(scenario, profile, root, seed)
    remark(choice.why)
    found = find(choice.scenario, root / "scenarios")
    settings = Settings(
        **engines,
        minutes=minutes or found.scenario.brief.minutes,
        target_level=level or profile.level or found.scenario.brief.target_level,
        areas=tuple(plan.area for plan in profile.areas),
        short_turns=profile.short_turns,
        simulated_clock=not sys.stdin.isatty(),
    )
    meta = SessionMeta(
        session_id=_new_id(found.scenario.id),
        scenario=found.scenario.id,
        scenario_path=str(found.path),
        scenario_sha256=found.scenario.sha256,
        settings=settings,
        seed=seed,
        started_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    session = SessionFolder.create(root / "sessions", meta)
    View(err if as_json else out).says("interviewer", found.scenario.brief.opening)
    from cli.sitting import sit  # LangGraph takes a second to import: time for reading the opening

    sit(session, resumed=False, as_json=as_json, opened=True)


def _profile(root: Path, notes: Path | None, exclude: list[str], avoid: list[str], *, save: bool) -> Profile:
    if notes is None:
        profile = load_profile(root / "profile.json") or Profile()
    else:
        cards, _ = library(root / "scenarios")
        profile = understand(read_notes(notes), packaged_encoder(), cards)
        for line in describe_profile(profile, {card.id: card.title for card in cards}):
            remark(line)
        if save:
            write_private(root / "profile.json", profile.model_dump_json(indent=1))
            remark("Saved as your profile.")
    return merge(profile, Profile(excluded=tuple(exclude), avoid=tuple(avoid)))


def _choose(scenario: str | None, profile: Profile, root: Path, seed: int) -> Choice:
    if scenario is not None:
        found = find(scenario, root / "scenarios")
        return Choice(
            scenario=scenario, why=f"{found.scenario.brief.title} ({found.scenario.brief.company}): the scenario you named."
        )
    cards, broken = library(root / "scenarios")
    for problem in broken:
        complain(f"left out: {problem}")
    return choose(cards, profile, packaged_encoder(), seed=seed, worked=worked_scenarios(root / "sessions"))


def _new_id(scenario: str) -> str:
    stamp = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M")
    return f"{stamp}-{scenario}-{secrets.token_hex(2)}"
