"""Workers' parts for tests of batches: scripted roles, and candidates that are quick, slow, broken or deadly."""

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import yaml

from agents.candidate import Candidate, CandidateTurn, CandidateView, EmbeddedCandidate, find_profile
from agents.cast import Cast
from agents.encoder import SentenceEncoder
from agents.engines import Engines
from agents.record import ScenarioStamp
from agents.settings import Settings
from evals.selfplay import Job, Plan, Seat
from graphs.episode import EpisodeSpec
from scenarios.loader import load
from scenarios.scenario import Scenario
from tests.candidate.people import MATERIAL, WordEncoder
from tests.fakes import scripted_cast
from tests.sample import document

SETTINGS = Settings(minutes=6, simulated_clock=True)
LOG = "SELFPLAY_TEST_LOG"
UNCHANGED = "tests"


def scripted(_scenario: Scenario, settings: Settings, _encoder: SentenceEncoder, _engines: Engines | None) -> Cast:
    return scripted_cast(settings)


def quick(spec: EpisodeSpec, *_: object) -> Candidate:
    """The embedded candidate on the tests' own material."""
    noted(spec)
    return EmbeddedCandidate(MATERIAL, find_profile(spec.profile), WordEncoder(), seed=spec.seed, session=spec.session_id)


class Pausing:
    """Lets other interviews run between its turns."""

    def __init__(self, inner: Candidate, seconds: float) -> None:
        self._inner, self._seconds = inner, seconds

    async def speak(self, view: CandidateView) -> CandidateTurn:
        await asyncio.sleep(self._seconds)
        return await self._inner.speak(view)


def pausing(spec: EpisodeSpec, *_: object) -> Candidate:
    """Slow by an amount that differs from episode to episode, so that they finish out of order."""
    return Pausing(quick(spec), (spec.seed % 5) / 1000)


def broken_twice(spec: EpisodeSpec, *_: object) -> Candidate:
    """Fails for every second episode."""
    if spec.episode % 2:
        raise ConnectionError(f"no answer from the model in episode {spec.episode}")
    return quick(spec)


def deadly(spec: EpisodeSpec, *_: object) -> Candidate:
    """Kills its process at episode 3, every time."""
    if spec.episode == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(spec)


def noted(spec: EpisodeSpec) -> None:
    """Write down that this episode was begun, for tests that count."""
    if os.environ.get(LOG):
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as file:
            file.write(f"{spec.session_id}\n")


def sample_plan(root: Path, *, episodes: int = 3, profiles: Sequence[str] = ("ic6", "gibberish"), seed: int = 1) -> Plan:
    """A plan over the sample scenario, written to `root`."""
    path = root / "sample.yaml"
    path.write_text(yaml.safe_dump(document()), encoding="utf-8")
    stamp = ScenarioStamp(id="sample", sha256=load(path).sha256)
    return Plan(seats=(Seat(stamp=stamp, path=path),), profiles=tuple(profiles), episodes=episodes, seed=seed, settings=SETTINGS)


def job(plan: Plan, make_candidate: object = quick) -> Job:
    return Job(plan.settings, {seat.stamp.id: seat.path for seat in plan.seats}, scripted, make_candidate)  # type: ignore[arg-type]
