"""Finds scenarios: the library, a person's own folder, or a path; with the few fields that choosing needs."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from scenarios.brief import Brief
from scenarios.loader import LIBRARY, ScenarioError, load, load_brief, scenario_paths
from scenarios.model import Model
from scenarios.names import AreaId, Level
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
    emphasis: tuple[AreaId, ...] = Field(description="Areas that get more than their even share of the probes.")


class Found(NamedTuple):
    """A loaded scenario and where it came from."""

    path: Path
    scenario: Scenario


def library(own: Path | None = None) -> tuple[tuple[Card, ...], tuple[ScenarioError, ...]]:
    """Cards of the library's scenarios and the person's `own`, which win over the library's, and what could not be read."""
    cards: dict[str, Card] = {}
    broken: list[ScenarioError] = []
    for root in [root for root in (LIBRARY, own) if root is not None]:
        for name, path in scenario_paths(root).items():
            try:
                cards[name] = card_of(load_brief(path) if root == LIBRARY else _own(name, path).brief, path)
            except ScenarioError as error:
                broken.append(error)
    return tuple(cards.values()), tuple(broken)


def _own(name: str, path: Path) -> Scenario:
    """A person's own scenario, read wholly, so that choosing never picks one that can't be sat."""
    scenario = load(path)
    if scenario.id != name:
        raise ScenarioError(f"{path}: brief.id: is '{scenario.id}' but the file is named '{name}': make them the same")
    return scenario


def card_of(brief: Brief, path: Path) -> Card:
    """The card of one scenario."""
    fields = {name: getattr(brief, name) for name in Card.model_fields if name not in {"path", "emphasis"}}
    asked = Counter(probe.area for probe in brief.probes)
    emphasis = tuple(area.id for area in brief.areas if asked[area.id] * len(brief.areas) > len(brief.probes))
    return Card(path=path, emphasis=emphasis, **fields)


def find(name: str, own: Path | None = None) -> Found:
    """The scenario with this library id, or at this path; raises ScenarioError naming what there is."""
    looks_like_path = "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))
    if looks_like_path:
        path = Path(name).expanduser().resolve()
        if not path.exists():
            raise ScenarioError(f"no scenario file or folder at {name}")
        return Found(path, load(path))
    known: dict[str, Path] = {}
    for root in (LIBRARY, own):
        known |= scenario_paths(root) if root is not None else {}
    if name not in known:
        raise ScenarioError(f"unknown scenario '{name}': one of {', '.join(known)}, or the path of a scenario file")
    path = known[name]
    return Found(path, load(path) if path.parent == LIBRARY else _own(name, path))
