"""One sitting from cast to debrief: shared by `practice` and `resume`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from agents.cast import build_cast
from agents.encoder import packaged_encoder
from agents.model import Ledger
from agents.record import Record
from agents.settings import Settings
from cli.calibrated import calibration_in
from cli.console import emit_json, err, out
from cli.conversation import Conversation, Stopped
from cli.engine import engines_for
from cli.input import Source, source
from cli.reflect import ask_self_assessment
from cli.view import View
from graphs.session import open_session
from graphs.store import SessionFolder, StoreError
from scenarios.loader import load
from scenarios.scenario import Scenario


def sit(
    folder: SessionFolder, *, resumed: bool, as_json: bool, opened: bool = False, engines: Mapping[str, Any] | None = None
) -> None:
    """Run the conversation; at the end save the record and show the debrief.

    `opened`: the opening is on the screen already. `engines` are fields of `Settings` that replace what the session was
    started with.
    """
    scenario = load_for(folder)
    settings = folder.meta().settings.model_copy(update=dict(engines or {}))
    view = View(err if as_json else out)
    origin = source()
    stopped, record = asyncio.run(_converse(folder, scenario, settings, origin, view, resumed=resumed, opened=opened))
    if stopped != "over":
        view.note(f"\nPaused. Carry on with: interview resume {folder.path.name}")
        if stopped == "failed":
            raise typer.Exit(1)
        return
    if origin.interactive and not as_json:
        record = record.model_copy(update={"self_assessment": ask_self_assessment(scenario.rubric)})
        folder.save_record(record)
    finish(folder, record, scenario, as_json=as_json)


def finish(folder: SessionFolder, record: Record, scenario: Scenario, *, as_json: bool) -> None:
    """Show the debrief of a finished record."""
    from agents.debrief import build_debrief  # these two only at the end: the first prompt should not wait for them
    from cli.debrief import show_debrief

    debrief = build_debrief(record, scenario)
    if as_json:
        emit_json(debrief.model_dump_json(indent=1))
        return
    show_debrief(debrief, out)
    out.print(
        f"\nSaved. As Markdown, or html, or json:\n  interview report {folder.path.name} --format md", style="dim", soft_wrap=True
    )


def load_for(folder: SessionFolder) -> Scenario:
    """The scenario that a session was started with; one that has changed since is refused."""
    meta = folder.meta()
    scenario = load(Path(meta.scenario_path))
    if scenario.sha256 != meta.scenario_sha256:
        raise StoreError(
            f"scenario '{meta.scenario}' has changed since session {meta.session_id} began: restore {meta.scenario_path} to go on"
        )
    return scenario


def replies_of(folder: SessionFolder) -> Path:
    """Where a session's gradings are kept, so that the same record is graded again at no cost."""
    return folder.path / "replies"


async def _converse(
    folder: SessionFolder,
    scenario: Scenario,
    settings: Settings,
    origin: Source,
    view: View,
    *,
    resumed: bool,
    opened: bool,
) -> tuple[Stopped, Record]:
    encoder = packaged_encoder()
    engines = engines_for(settings, replies_of(folder))
    calibration = calibration_in(folder.path.parent.parent)
    cast = build_cast(scenario, settings, encoder, engines, calibration=calibration)
    plain = settings.model_copy(update={"engine": "embedded", "roles": {}, "selector": None})
    async with open_session(folder, cast) as session:
        conversation = Conversation(
            session, origin, view, embedded=lambda: build_cast(scenario, plain, encoder, calibration=calibration)
        )
        warming = asyncio.create_task(asyncio.to_thread(cast.warm))
        stopped = await conversation.run(resumed=resumed, opened=opened)
        await warming
        if engines is not None:
            view.note(spending(engines.ledger))
        return stopped, session.record()


def spending(ledger: Ledger) -> str:
    """What the model calls came to, by role, in one line."""
    parts = []
    for role, spend in ledger.roles.items():
        usage = spend.usage
        cost = f", ${usage.cost_usd:.4f}" if usage.cost_usd is not None else ""
        tokens = f"{usage.input_tokens:,} in ({usage.cached_tokens:,} cached), {usage.output_tokens:,} out"
        parts.append(f"{role} {usage.calls} calls, {tokens}{cost}")
    return f"Model use: {'; '.join(parts) or 'none'}."
