"""How a candidate's turns come in: typed at a prompt with several lines, or one a line from a file or pipe."""

import sys
import time
from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

BOARD_TEMPLATE = "# Draw or write below; lines that start with # are dropped.\n\n"


class Entered(NamedTuple):
    """What was entered, and how many seconds it took."""

    text: str
    seconds: float


class Source(Protocol):
    """Where turns come from; `read` raises EOFError at the end and KeyboardInterrupt on Ctrl-C."""

    interactive: bool

    async def read(self) -> Entered:
        """The next entry."""
        ...

    def board(self) -> str | None:
        """Text from the person's editor, or None if they left it empty."""
        ...


class Prompt:
    """A person at a terminal: Enter sends, Alt-Enter breaks the line, a paste keeps its lines."""

    interactive = True

    def __init__(self) -> None:
        self._session: PromptSession[str] = PromptSession(multiline=True, key_bindings=_keys(), prompt_continuation="  ")

    async def read(self) -> Entered:
        """Wait for one entry."""
        began = time.monotonic()
        text = await self._session.prompt_async("> ", handle_sigint=True)
        return Entered(text, time.monotonic() - began)

    def board(self) -> str | None:
        """Open $VISUAL or $EDITOR."""
        edited = click.edit(BOARD_TEMPLATE, extension=".md")
        lines = [line for line in (edited or "").splitlines() if not line.startswith("#")]
        return "\n".join(lines).strip() or None


class Lines:
    """One turn a line from standard input; the clock runs at speaking speed."""

    interactive = False
    WORDS_PER_SECOND = 2.3

    def __init__(self) -> None:
        self._lines = iter(sys.stdin.buffer.readline, b"")

    async def read(self) -> Entered:
        """The next line; bytes that are not UTF-8 are replaced."""
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        return Entered(text, len(text.split()) / self.WORDS_PER_SECOND)

    def board(self) -> str | None:
        """There is no editor without a terminal."""
        return None


def source() -> Source:
    """A prompt if standard input is a terminal, else its lines."""
    return Prompt() if sys.stdin.isatty() else Lines()


async def entries(origin: Source) -> AsyncIterator[Entered]:
    """Entries until the end of input."""
    while True:
        try:
            yield await origin.read()
        except EOFError:
            return


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _break(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
