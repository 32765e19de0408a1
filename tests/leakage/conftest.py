"""Interviews to judge: sat by a scripted candidate in the real graph, on an encoder that costs nothing."""

import asyncio

import pytest

from agents.candidate import CandidateTurn
from agents.cast import Cast
from agents.encoder import SentenceEncoder
from agents.record import Record, ScenarioStamp
from agents.settings import Settings
from evals.leakage.replay import Replayed
from graphs.episode import EpisodeSpec, run_episode
from scenarios.scenario import Scenario
from tests.noninterference.worlds import QuickEncoder, scenario_of, sound_cast

NAME = "firearms-marketplace"
SETTINGS = Settings(simulated_clock=True, minutes=20)
TURNS = (
    CandidateTurn(text="I would start from the goal and draw the parts of the system.", seconds=20.0),
    CandidateTurn(text="What is the latency budget at publication?", seconds=5.0),
    CandidateTurn(text="I would use a classifier on photos. How many reviewers are there?", seconds=30.0),
    CandidateTurn(text="", seconds=0.0, command="hint"),
    CandidateTurn(text="Then I would measure precision and recall each week.", seconds=20.0),
    CandidateTurn(text="", seconds=0.0, command="next"),
    CandidateTurn(text="I would roll it out in steps.", seconds=20.0),
)


def cast(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    return sound_cast(scenario, settings, encoder)


def sit(built: Cast, episode: int = 0, turns: tuple[CandidateTurn, ...] = TURNS) -> Record:
    scenario = scenario_of(NAME)
    stamp = ScenarioStamp(id=scenario.id, sha256=scenario.sha256)
    spec = EpisodeSpec(scenario=stamp, profile="scripted", episode=episode, seed=episode)
    return asyncio.run(run_episode(spec, built, Replayed(turns), SETTINGS))


@pytest.fixture(scope="session")
def record() -> Record:
    return sit(cast(scenario_of(NAME), SETTINGS, QuickEncoder()))
