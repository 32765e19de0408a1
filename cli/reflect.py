"""Asks the person how they think it went, before any score is shown."""

import sys

from cli.console import out
from scenarios.rubric import Rubric

CHOICES = {"4": 1.0, "5": 2.0, "6": 3.0, "7": 4.0}


def ask_self_assessment(rubric: Rubric) -> dict[str, float] | None:
    """Own estimate by dimension on the scale 1 to 4, or None if skipped."""
    out.print("\nBefore the scores: how do you think it went?", style="bold")
    out.print("For each part enter 4, 5, 6 or 7 (IC4 to IC7), or Enter to skip it; s skips the rest.", style="dim")
    given: dict[str, float] = {}
    for dimension in rubric.dimensions:
        try:
            answer = _ask(dimension.name)
        except (EOFError, KeyboardInterrupt):
            break
        if answer == "s":
            break
        if answer in CHOICES:
            given[dimension.id] = CHOICES[answer]
    return given or None


def _ask(name: str) -> str:
    out.print(f"  {name}: ", end="", markup=False)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip().lower().removeprefix("ic")
