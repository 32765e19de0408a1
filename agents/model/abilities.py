"""What a server can do, learnt from its answers once and remembered for the process."""

import re
from typing import Literal

from agents.model.failure import ModelFailure
from scenarios.model import Model

Structured = Literal["json_schema", "json_object", "tagged"]
LADDER: tuple[Structured, ...] = ("json_schema", "json_object", "tagged")

_ABOUT_FORMAT = re.compile(r"(?i)response_?format|json_?schema|json_?object|structured output|guided|grammar")
_ABOUT_TEMPERATURE = re.compile(r"(?i)temperature")


class Abilities(Model):
    """One model on one server; `detected` says whether the server has shown it or it is still assumed."""

    structured: Structured = "json_schema"
    temperature: bool = True
    detected: bool = False


class AbilityBook:
    """Abilities by (base_url, model); one book is shared by all models of a process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Abilities] = {}

    def get(self, base_url: str, model: str) -> Abilities:
        """What is known, or the assumption that everything works."""
        return self._known.get((base_url, model), Abilities())

    def put(self, base_url: str, model: str, abilities: Abilities) -> None:
        """Remember what a server has shown; calls that run side by side only ever lower what is known."""
        known = self.get(base_url, model)
        lower = max(known.structured, abilities.structured, key=LADDER.index)
        self._known[base_url, model] = Abilities(
            structured=lower,
            temperature=known.temperature and abilities.temperature,
            detected=known.detected or abilities.detected,
        )


def after_rejection(
    abilities: Abilities, failure: ModelFailure, *, used: Structured | None, sent_temperature: bool
) -> Abilities | None:
    """One ability less if the server's refusal is about one that the request used, None if it is about something else."""
    if failure.kind not in {"bad_request", "server_error"} or failure.status not in {400, 422, 501}:
        return None
    if used in {"json_schema", "json_object"} and _ABOUT_FORMAT.search(failure.detail):
        return abilities.model_copy(update={"structured": LADDER[LADDER.index(used) + 1], "detected": True})
    if sent_temperature and _ABOUT_TEMPERATURE.search(failure.detail):
        return abilities.model_copy(update={"temperature": False})
    return None
