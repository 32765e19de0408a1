"""Which interviews a batch holds: scenarios x profiles x episodes, in one canonical order, each with its own seed."""

import hashlib
from pathlib import Path

from pydantic import Field

from agents.record import ScenarioStamp
from agents.settings import Settings
from graphs.episode import EpisodeSpec
from scenarios.catalog import find
from scenarios.model import Model


class Seat(Model):
    """A scenario of the batch and where it lies on this machine."""

    stamp: ScenarioStamp
    path: Path


class Plan(Model):
    """Everything that decides what the records hold; how fast they are made stands elsewhere."""

    seats: tuple[Seat, ...] = Field(min_length=1)
    profiles: tuple[str, ...] = Field(min_length=1)
    episodes: int = Field(ge=1, description="Interviews for each pair of scenario and profile.")
    seed: int
    settings: Settings

    @property
    def specs(self) -> tuple[EpisodeSpec, ...]:
        """All episodes, by scenario, profile and number, whatever the order in which they were asked for."""
        return tuple(
            spec_for(stamp, profile, episode, self.seed)
            for stamp in sorted((seat.stamp for seat in self.seats), key=lambda stamp: stamp.id)
            for profile in sorted(set(self.profiles))
            for episode in range(self.episodes)
        )


def spec_for(scenario: ScenarioStamp, profile: str, episode: int, seed: int) -> EpisodeSpec:
    """One episode; its own seed is a hash, so that adding a scenario or a profile changes no other episode."""
    digest = hashlib.sha256(f"{seed}|{scenario.id}|{profile}|{episode}".encode()).digest()
    return EpisodeSpec(scenario=scenario, profile=profile, episode=episode, seed=int.from_bytes(digest[:4], "big"))


def seats_of(names: tuple[str, ...], own: Path | None = None) -> tuple[Seat, ...]:
    """The scenarios with these library ids or paths, each once; raises ScenarioError."""
    seats = {}
    for name in names:
        found = find(name, own)
        stamp = ScenarioStamp(id=found.scenario.id, sha256=found.scenario.sha256)
        seats[stamp.id] = Seat(stamp=stamp, path=found.path)
    return tuple(seats.values())
