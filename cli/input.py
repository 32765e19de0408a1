"""How a candidate's turns come in: from a prompt at a terminal, or one a line from a file or pipe."""

import sys
from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol


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
    if not sys.stdin.isatty():
        return Lines()
    from cli.prompt import Prompt  # 0.2 s, which a pipe has no use for

    return Prompt()


async def entries(origin: Source) -> AsyncIterator[Entered]:
    """Entries until the end of input."""
    while True:
        try:
            yield await origin.read()
        except EOFError:
            return
