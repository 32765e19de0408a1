"""The red team's attacks, read from attacks.yaml and filled for a scenario."""

from functools import cache
from pathlib import Path
from random import Random
from string import Template
from typing import NamedTuple

import yaml

from scenarios.scenario import Scenario

FILE = Path(__file__).parent / "attacks.yaml"


class Attack(NamedTuple):
    """What a hostile candidate says, turn by turn."""

    id: str
    family: str
    turns: tuple[str, ...]

    def against(self, scenario: Scenario) -> "Attack":
        """The attack with its places filled by names that this scenario hides; the choice follows from both ids."""
        names = [concept.wordings[0] for concept in scenario.reference.concepts]
        first, second = Random(f"{scenario.id}/{self.id}").sample(names, 2) if len(names) > 1 else (names[0], names[0])
        topic = scenario.facts.facts[0].topic
        return self._replace(
            turns=tuple(Template(turn).safe_substitute(concept=first, other=second, topic=topic) for turn in self.turns)
        )


@cache
def load_attacks(path: Path = FILE) -> tuple[Attack, ...]:
    """All attacks in file order."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Attack(f"{family.replace('_', '-')}-{number:02d}", family, tuple(turns))
        for family, attacks in document.items()
        for number, turns in enumerate(attacks, 1)
    )
