"""Keeps LangSmith tracing off unless it is asked for: traces carry hidden facts to another machine."""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager

SWITCHES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")
DEAD_SWITCHES = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")

WARNING = (
    "Tracing is on: every prompt leaves this machine for the tracing service, "
    "hidden facts, rubric and the candidate's words included."
)


def tracing_warning(environ: Mapping[str, str], *, asked: bool) -> str | None:
    """What to tell the person: that tracing is on, or that the environment asks for it in vain; None if neither."""
    if asked:
        return WARNING
    wanted = [name for name in SWITCHES if environ.get(name, "").lower() not in {"", "false", "0"}]
    if wanted:
        return (
            f"{wanted[0]} is set, but tracing stays off because traces carry hidden facts; ask for it explicitly to turn it on."
        )
    return None


def disarm_tracing(environ: MutableMapping[str, str], *, asked: bool = False) -> None:
    """Take the switches out of the process environment, once at the start of a command."""
    if not asked:
        for name in SWITCHES:
            environ.pop(name, None)


@contextmanager
def tracing_held(environ: MutableMapping[str, str], *, asked: bool) -> Iterator[None]:
    """No tracing inside the block unless asked for, whatever the environment says; wrap a whole graph run in it.

    The two oldest switches are removed for good: langchain-core refuses to run at all while they are set and tracing is off.
    """
    if asked:
        yield
        return
    from langsmith.run_helpers import tracing_context  # heavy: 0.1 s at the start of every command otherwise

    for name in DEAD_SWITCHES:
        environ.pop(name, None)
    with tracing_context(enabled=False):
        yield
