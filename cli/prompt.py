"""The prompt at a terminal: turns of several lines, pasted text, and the editor as a board."""

import time

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from cli.input import Entered

BOARD_TEMPLATE = "# Draw or write below; lines that start with # are dropped.\n\n"


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


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _break(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
