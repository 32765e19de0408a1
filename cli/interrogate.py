"""Asks for everything that the draft of a scenario needs; an empty line ends a list."""

from collections.abc import Callable
from typing import Any

from scenarios.names import AREAS, AreaId

Ask = Callable[[str, str], str]
"""Shows a text with a default, and gives what was entered."""

FACTS_ABOUT: dict[AreaId, str] = {
    "navigation": "the goal, the users, volumes, response time, cost of mistakes, rules, what exists today",
    "data": "what is recorded, where labels come from, how many, how wrong, how late",
    "features": "which signals exist, how fresh they are, what they cost",
    "modelling": "hardware, serving limits, what the output drives",
    "metrics": "what leadership looks at, how experiments are run",
}


def ask_order(ask: Ask) -> dict[str, Any]:
    """The fields of an order, as a person answers."""
    title = ask("Title", "")
    company = ask("Company", "A company")
    statement = _lines(ask, "The problem, as the interviewer would put it (an empty line ends it)")
    minutes = ask("Minutes", "45")
    techniques = ask("Techniques that solutions rely on, for --avoid (commas between)", "none")
    notes = [
        f"# {area}\n" + "\n".join(f"- {fact}" for fact in facts)
        for area in AREAS
        if (facts := _lines(ask, f"Facts on {area}: {FACTS_ABOUT[area]} (one a line, an empty line ends)"))
    ]
    return {
        "title": title or None,
        "company": company,
        "statement": "\n".join(statement) or title,
        "minutes": minutes,
        "notes": "\n".join(notes),
        "techniques": [_id(part) for part in techniques.split(",") if part.strip() and techniques != "none"],
    }


def _lines(ask: Ask, heading: str) -> list[str]:
    found = []
    line = ask(heading, "").strip()
    while line:
        found.append(line)
        line = ask(" ", "").strip()
    return found


def _id(text: str) -> str:
    return "-".join(text.lower().split())
