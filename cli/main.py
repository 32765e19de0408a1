"""The `interview` command: finds the subcommand, and turns a person's mistake into one line with the right exit code."""

import importlib
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from agents.intake import NotesError
from cli.console import complain
from cli.tracing import hold_tracing
from graphs.store import StoreError
from scenarios.loader import ScenarioError

COMMANDS = {
    "practice": "cli.practice",
    "resume": "cli.resume",
    "sessions": "cli.sessions",
    "report": "cli.report",
    "progress": "cli.progress",
    "selfplay": "cli.selfplay",
    "evals": "cli.evals",
    "calibrate": "cli.calibrate",
    "label": "cli.label",
    "grade": "cli.grade",
    "scenarios": "cli.scenarios",
    "doctor": "cli.doctor",
}
BAD_INPUT = (ScenarioError, NotesError, StoreError)


class LazyGroup(TyperGroup):
    """Imports a subcommand's module only when it is asked for, so that `practice` starts fast."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=LazyGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback()
def interview() -> None:
    """Practise ML system design interviews, and measure the interviewer that you practise with."""


def main() -> None:
    """Run the command; exit 0 done, 1 the work failed, 2 bad usage or input."""
    hold_tracing()
    try:
        app()
    except BAD_INPUT as error:
        complain(str(error))
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        complain("interrupted")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("INTERVIEW_DEBUG"):
            raise
        complain(f"unexpected {type(error).__name__}: {' '.join(str(error).split())[:200]} (INTERVIEW_DEBUG=1 shows where)")
        sys.exit(1)


if __name__ == "__main__":
    main()
