"""Commands run as from an attended terminal, whatever the shell that runs the tests did to the signals."""

import sys
from collections.abc import Sequence

RUN = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"


def attended(command: Sequence[str]) -> list[str]:
    """The command with SIGINT as in a terminal: a shell starts its background jobs, and so their children, with it ignored."""
    return [sys.executable, "-c", RUN, *command]
