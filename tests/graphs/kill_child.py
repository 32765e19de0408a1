"""A process that sits an interview from a list of turns, to be killed by its parent at any moment."""

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from graphs.session import open_session
from graphs.store import SessionFolder
from tests.fakes import scripted_cast


def run(path: Path, lines: list[str], tell: Connection) -> None:
    """Entry point of the process; tells its parent how many turns were said, and 'over' at the end."""
    asyncio.run(_sit(SessionFolder(path), lines, tell))


async def _sit(folder: SessionFolder, lines: list[str], tell: Connection) -> None:
    async with open_session(folder, scripted_cast(folder.meta().settings)) as session:
        await session.catch_up()
        while not session.over:
            said = sum(turn.speaker == "candidate" for turn in session.transcript)
            tell.send(said)
            if said < len(lines):
                await session.say(lines[said], 1.0)
            else:
                await session.say("", 1.0, "end")
    tell.send("over")
