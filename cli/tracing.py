"""Keeps tracing off for every command unless our own switch asks for it: traces carry hidden facts to another machine."""

import os
from collections.abc import Mapping

from cli.console import remark

TRACING_VARIABLE = "INTERVIEW_TRACING"
_WATCHED = ("LANGSMITH_", "LANGCHAIN_", TRACING_VARIABLE)


def hold_tracing() -> None:
    """Take the tracing services' switches out of the environment, or warn that tracing is on."""
    if not any(name.startswith(_WATCHED) for name in os.environ):
        return
    from agents.model import disarm_tracing, tracing_warning  # takes a while to import, and is rarely needed

    asked = tracing_asked(os.environ)
    warning = tracing_warning(os.environ, asked=asked)
    if warning:
        remark(warning)
    disarm_tracing(os.environ, asked=asked)


def tracing_asked(environ: Mapping[str, str]) -> bool:
    """Whether our own switch is set; the services' switches alone are not enough."""
    return environ.get(TRACING_VARIABLE, "").lower() in {"1", "true", "yes"}
