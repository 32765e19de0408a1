"""One sitting from cast to debrief: shared by `practice` and `resume`."""

import asyncio
from pathlib import Path

from agents.cast import build_cast
from agents.debrief import build_debrief
from agents.encoder import packaged_encoder
from agents.record import Record
from cli.console import emit_json, err, out
from cli.conversation import Conversation, Stopped
from cli.debrief import show_debrief
from cli.input import Source, source
from cli.reflect import ask_self_assessment
from cli.view import View
from graphs.session import open_session
from graphs.store import SessionFolder, StoreError
from scenarios.loader import load
from scenarios.scenario import Scenario


def sit(folder: SessionFolder, *, resumed: bool, as_json: bool) -> None:
    """Run the conversation; at the end save the record and show the debrief."""
    scenario = load_for(folder)
    view = View(err if as_json else out)
    origin = source()
    stopped, record = asyncio.run(_converse(folder, scenario, origin, view, resumed=resumed))
    if stopped == "paused":
        view.note(f"\nPaused. Carry on with: interview resume {folder.path.name}")
        return
    if origin.interactive and not as_json:
        record = record.model_copy(update={"self_assessment": ask_self_assessment(scenario.rubric)})
        folder.save_record(record)
    finish(folder, record, scenario, as_json=as_json)


def finish(folder: SessionFolder, record: Record, scenario: Scenario, *, as_json: bool) -> None:
    """Show the debrief of a finished record."""
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


async def _converse(
    folder: SessionFolder, scenario: Scenario, origin: Source, view: View, *, resumed: bool
) -> tuple[Stopped, Record]:
    cast = build_cast(scenario, folder.meta().settings, packaged_encoder())
    async with open_session(folder, cast) as session:
        stopped = await Conversation(session, origin, view).run(resumed=resumed)
        return stopped, session.record()
