"""A person at a terminal, scripted: lines in, what was shown out; and live sessions on disk for them."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from agents.cast import Cast
from agents.settings import Settings
from cli.conversation import Conversation, Stopped
from cli.input import Entered
from cli.view import View
from graphs.session import open_session
from graphs.store import SessionFolder, SessionMeta
from scenarios.scenario import Scenario


class Person:
    """Enters its lines, then leaves; each line may do something first (mend the server, say)."""

    def __init__(self, lines: Sequence[str | Callable[[], str]], *, interactive: bool = True) -> None:
        self.interactive = interactive
        self._lines = iter(lines)

    async def read(self) -> Entered:
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        return Entered(line if isinstance(line, str) else line(), 10.0)

    def board(self) -> str | None:
        return None


def folder_for(root: Path, scenario: Scenario, settings: Settings) -> SessionFolder:
    """A new session."""
    meta = SessionMeta(
        session_id="s1",
        scenario=scenario.id,
        scenario_path="sample.yaml",
        scenario_sha256=scenario.sha256,
        settings=settings,
        seed=0,
        started_at="2026-01-01T00:00:00+00:00",
    )
    return SessionFolder.create(root, meta)


async def sit(
    folder: SessionFolder, cast: Cast, person: Person, embedded: Callable[[], Cast] | None = None, *, resumed: bool = False
) -> tuple[Stopped, str]:
    """One sitting; how it stopped, and everything that was on the screen."""
    screen = io.StringIO()
    view = View(Console(file=screen, width=200, highlight=False))
    async with open_session(folder, cast) as session:
        stopped = await Conversation(session, person, view, embedded=embedded).run(resumed=resumed)
    return stopped, screen.getvalue()
