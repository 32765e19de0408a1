"""Options that several commands share, with their help texts."""

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder for sessions and history (default: $INTERVIEW_DATA_DIR, else the user data folder)."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; everything else goes to stderr.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed for everything random.")]
