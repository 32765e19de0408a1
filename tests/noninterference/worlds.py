"""Two worlds that differ in everything hidden and in nothing else, and what may not tell them apart."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from agents.candidate import CandidateTurn
from agents.cast import Cast, build_cast
from agents.encoder import DIMENSIONS, SentenceEncoder, Vectors, terms
from agents.facts import Answer, FactsReply
from agents.record import ScenarioStamp
from agents.settings import Settings
from evals.leakage.decoys import plausible, swap
from evals.leakage.observe import Observation, observe
from evals.leakage.replay import Replayed
from evals.leakage.watch import PUBLIC_PORTS, as_text
from scenarios.facts import FactSheet
from scenarios.loader import LIBRARY, load
from scenarios.scenario import Scenario

SETTINGS = Settings(simulated_clock=True, minutes=20)
MakeCast = Callable[[Scenario, Settings, SentenceEncoder], Cast]


class QuickEncoder:
    """Sums a fixed random vector for each stem: sentences that share words are alike; as deterministic as the real one."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for stem in terms(text)[:60] or ["-"]:
                rows[row] += stem_vector(stem)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = (rows / np.maximum(lengths, 1e-6)).astype(np.float32)
        return unit

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:
        return self.encode(texts)


@cache
def stem_vector(stem: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(stem.encode("utf-8", "replace")).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)


@cache
def scenario_of(name: str) -> Scenario:
    return load(LIBRARY / name)


class OverlapFacts:
    """Answers each question with the stored sentence that shares most words with it, so that facts are released for certain."""

    def __init__(self, sheet: FactSheet) -> None:
        self._sheet = sheet

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        best = [max(self._sheet.facts, key=lambda fact: len(set(terms(one)) & set(terms(fact.text)))) for one in questions[:3]]
        answers = [
            Answer(question=one, outcome="answered", fact_ids=(fact.id,)) for one, fact in zip(questions, best, strict=False)
        ]
        return FactsReply(text="\n".join(fact.text for fact in best), acts=("answer",), answers=tuple(answers))


def sound_cast(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    """The cast of the product, with a facts agent that always answers."""
    return replace(build_cast(scenario, settings, encoder), facts=OverlapFacts(scenario.facts))


@cache
def real_cast(name: str, make: MakeCast = sound_cast) -> Cast:
    return make(scenario_of(name), SETTINGS, QuickEncoder())


@cache
def decoy_cast(name: str, seed: int, keep: frozenset[str] = frozenset(), make: MakeCast = sound_cast) -> Cast:
    return make(swap(scenario_of(name), plausible(seed), keep), SETTINGS, QuickEncoder())


def stamp(name: str) -> ScenarioStamp:
    return ScenarioStamp(id=name, sha256="0" * 64)


async def both(
    name: str, turns: Sequence[CandidateTurn], *, seed: int = 1, make: MakeCast = sound_cast
) -> tuple[Observation, Observation]:
    """The same candidate turns in the real world and in one where everything undisclosed is a decoy."""
    real = await observe(real_cast(name, make), Replayed(turns), SETTINGS, scenario=stamp(name))
    released = frozenset(item for turn in real.record.turns for item in turn.released_fact_ids)
    decoy = await observe(
        decoy_cast(name, seed, released, make), Replayed(turns), SETTINGS, scenario=stamp(name), again=real.declassified
    )
    return real, decoy


def telling(real: Observation, decoy: Observation) -> list[str]:
    """Where the two worlds can be told apart from outside the declassified channels; empty if nowhere."""
    found: list[str] = []
    ours, theirs = real.log.only(PUBLIC_PORTS), decoy.log.only(PUBLIC_PORTS)
    found += [one.port for one, two in zip(ours, theirs, strict=False) if one != two]
    if len(ours) != len(theirs):
        found.append("calls")
    if real.shown != decoy.shown:
        found.append("stream")
    if as_text(real.record.public()) != as_text(decoy.record.public()):
        found.append("public record")
    return list(dict.fromkeys(found))
