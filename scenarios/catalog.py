"""Finds scenarios: the library, a person's own folder, or a path; with the few fields that choosing needs."""

from pathlib import Path
from typing import NamedTuple

from scenarios.brief import Brief
from scenarios.loader import LIBRARY, ScenarioError, library_ids, load, load_brief
from scenarios.model import Model
from scenarios.names import Level
from scenarios.scenario import Scenario


class Card(Model):
    """What choosing may look at; `techniques` is not for the candidate's eyes."""

    id: str
    path: Path
    title: str
    company: str
    problem_type: str
    summary: str
    aliases: tuple[str, ...]
    tags: tuple[str, ...]
    techniques: tuple[str, ...]
    minutes: float
    target_level: Level


class Found(NamedTuple):
    """A loaded scenario and where it came from."""

    path: Path
    scenario: Scenario


def library(own: Path | None = None) -> tuple[tuple[Card, ...], tuple[ScenarioError, ...]]:
    """Cards of all scenarios in the library and in the person's `own` folder, and what could not be read."""
    cards: list[Card] = []
    broken: list[ScenarioError] = []
    for root in [root for root in (LIBRARY, own) if root is not None]:
        for scenario_id in library_ids(root):
            path = root / scenario_id
            try:
                cards.append(card_of(load_brief(path), path))
            except ScenarioError as error:
                broken.append(error)
    return tuple(cards), tuple(broken)


def card_of(brief: Brief, path: Path) -> Card:
    """The card of one scenario."""
    fields = {name: getattr(brief, name) for name in Card.model_fields if name != "path"}
    return Card(path=path, **fields)


def find(name: str, own: Path | None = None) -> Found:
    """The scenario with this library id, or at this path; raises ScenarioError naming what there is."""
    looks_like_path = "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))
    if looks_like_path:
        path = Path(name).expanduser().resolve()
        if not path.exists():
            raise ScenarioError(f"no scenario file or folder at {name}")
        return Found(path, load(path))
    for root in (own, LIBRARY):
        if root is not None and name in library_ids(root):
            return Found(root / name, load(root / name))
    raise ScenarioError(f"unknown scenario '{name}': one of {', '.join(library_ids())}, or the path of a scenario file")
