"""What must not be said: each undisclosed fact and each hidden concept, as lines that name it and lines that tell it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from agents.encoder import terms
from agents.guard.quantities import quantities
from scenarios.facts import FactSheet
from scenarios.reference import Reference

HiddenKind = Literal["fact", "approach"]

_TOKEN = re.compile(r"[\w-]{8,64}")


@dataclass(frozen=True)
class Hidden:
    """One secret: phrases that name it outright, and sentences that state or imply it."""

    kind: HiddenKind
    id: str
    names: tuple[str, ...]
    tells: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines, names first."""
        return (*self.names, *self.tells)

    @cached_property
    def name_terms(self) -> tuple[tuple[str, ...], ...]:
        """The stems of each name, in order, without stop words."""
        return tuple(dict.fromkeys(stems for name in self.names if (stems := tuple(terms(name)))))

    @cached_property
    def quantities(self) -> frozenset[str]:
        """The quantities that its sentences state."""
        return frozenset(quantity for line in self.tells for quantity in quantities(line))


def hidden_of(sheet: FactSheet, reference: Reference) -> tuple[Hidden, ...]:
    """The facts of a sheet and the concepts of a reference as secrets."""
    facts = [Hidden("fact", fact.id, (), (fact.text,)) for fact in sheet.facts]
    concepts = [
        Hidden("approach", concept.id, (concept.name, *concept.wordings), concept.implied_by) for concept in reference.concepts
    ]
    return (*facts, *concepts)


def markers(lines: Iterable[str]) -> frozenset[str]:
    """Tokens that no one says by chance: 8 or more characters, letters with digits, as codes, ids and canaries are."""
    return frozenset().union(*map(_markers, lines))


@lru_cache(maxsize=2048)
def _markers(line: str) -> frozenset[str]:
    return frozenset(token.casefold() for token in _TOKEN.findall(line) if _mixed(token))


def _mixed(token: str) -> bool:
    return any(char.isdigit() for char in token) and any(char.isalpha() for char in token)
