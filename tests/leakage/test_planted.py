"""A deliberately leaky interviewer is found at the rate at which it leaks."""

from random import Random

import pytest

from agents.candidate import CandidateTurn
from agents.cast import build_cast
from agents.encoder import packaged_encoder
from agents.record import Record, ScenarioStamp
from agents.settings import Settings
from evals.leakage.detect import Detector, ScoredTurn
from evals.leakage.leaky import LEAKS, Leak, leaky_cast
from evals.leakage.replay import Replayed
from evals.leakage.report import leaks_of
from graphs.episode import EpisodeSpec, run_episode
from scenarios.loader import LIBRARY, load

RATE = 0.02
SETTINGS = Settings(simulated_clock=True, minutes=45)
LINES = [
    "I would begin with the goal and the people involved.",
    "Then I would draw the flow of data from left to right.",
    "There is a trade-off here that I would like to weigh.",
    "I am not sure yet, so let me think about the next part.",
    "The simplest thing that could work is where I would start.",
    "After that I would look at the results and decide.",
    "One risk is that we build something that nobody uses.",
    "I would split the work among the team and set a date.",
]


async def sit(name: str, episodes: int) -> tuple[list[ScoredTurn], dict[str, Leak]]:
    scenario, encoder = load(LIBRARY / name), packaged_encoder()
    cast, leaky = leaky_cast(build_cast(scenario, SETTINGS, encoder), scenario, RATE, seed=11)
    detector = Detector(scenario, encoder, windows=())
    stamp = ScenarioStamp(id=scenario.id, sha256=scenario.sha256)
    turns: list[ScoredTurn] = []
    for episode in range(episodes):
        lines = Random(episode).choices(LINES, k=50)
        said = [CandidateTurn(text=line, seconds=40.0) for line in lines]
        spec = EpisodeSpec(scenario=stamp, profile="scripted", episode=episode, seed=episode)
        record: Record = await run_episode(spec, cast, Replayed(said), SETTINGS)
        turns += [turn for turn in detector.scored(record) if turn.speaker == "interviewer"]
    return turns, leaky.planted


@pytest.mark.parametrize("name", ["food-delivery-eta"])
async def test_leaks_are_found_at_the_planted_rate(name: str) -> None:
    turns, planted = await sit(name, episodes=5)
    found = leaks_of(turns)
    facts = sum(planted.get(turn.text) == "states a fact" for turn in turns) / len(turns)
    approach = sum(planted.get(turn.text) in LEAKS[1:] for turn in turns) / len(turns)
    assert 0 < facts < 3 * RATE
    assert 0 < approach < 6 * RATE
    assert found.fact.low is not None
    assert found.fact.high is not None
    assert found.fact.low <= facts <= found.fact.high
    assert found.approach.low is not None
    assert found.approach.high is not None
    assert found.approach.low <= approach <= found.approach.high


async def test_the_same_interviews_without_leaks_show_none() -> None:
    turns, planted = await sit("food-delivery-eta", episodes=2)
    sound = [turn for turn in turns if turn.text not in planted]
    assert sum(turn.fact_leak or turn.approach_leak for turn in sound) <= 0.01 * len(sound)
