"""The two consoles: results on stdout, everything else on stderr; and how a complaint is worded."""

import os
import sys
from pathlib import Path

import platformdirs
from rich.console import Console
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

DATA_DIR_VARIABLE = "INTERVIEW_DATA_DIR"


def complain(message: str) -> None:
    """One line on stderr."""
    err.print(Text(f"interview: {message}", style="red"), soft_wrap=not err.is_terminal)


def remark(message: str) -> None:
    """A quiet line on stderr; wrapped at a terminal, one line in a file."""
    err.print(Text(message, style="dim"), soft_wrap=not err.is_terminal)


def emit_json(document: str) -> None:
    """One JSON document on stdout, untouched by wrapping or markup."""
    sys.stdout.write(document.rstrip("\n") + "\n")
    sys.stdout.flush()


def data_dir(explicit: Path | None) -> Path:
    """The folder for sessions and history: option, else environment, else the platform's user data folder."""
    if explicit is not None:
        return explicit
    from_environment = os.environ.get(DATA_DIR_VARIABLE)
    return Path(from_environment) if from_environment else Path(platformdirs.user_data_dir("interview-loop"))
