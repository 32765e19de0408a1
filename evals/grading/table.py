"""Turns gold interviews into the rows that the grader is fitted on and measured with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.encoder import CachedEncoder, MiniLM, SentenceEncoder, fingerprint
from agents.grader.claims import claims_of, sentences
from agents.grader.features import features, pool
from agents.grader.heard import hear
from agents.grader.index import Array, RubricIndex, build_index
from agents.grader.matching import match
from agents.grader.room import areas_with_room, has_room, spoken_words
from evals.gold import GoldInterview
from scenarios.scenario import Scenario

CAPACITY = 400_000


@dataclass(frozen=True)
class Table:
    """One row for each criterion of each interview that had room; `case` indexes the interviews."""

    x: Array
    pooled: Array
    y: NDArray[np.int64]
    case: NDArray[np.int64]
    criterion: tuple[str, ...]
    scenario: NDArray[np.str_]
    mean: Array
    cases: tuple[GoldInterview, ...]

    @property
    def scenarios(self) -> NDArray[np.str_]:
        """Scenario of each interview."""
        return np.array([case.scenario for case in self.cases])


def part(table: Table, chosen: NDArray[np.bool_]) -> Table:
    """The rows of the interviews that `chosen` (one flag for each interview) names."""
    rows = np.flatnonzero(chosen[table.case])
    numbers = np.cumsum(chosen) - 1
    cases = tuple(case for case, taken in zip(table.cases, chosen, strict=True) if taken)
    return Table(
        table.x[rows],
        table.pooled[rows],
        table.y[rows],
        numbers[table.case[rows]],
        tuple(table.criterion[row] for row in rows),
        table.scenario[rows],
        table.mean[chosen],
        cases,
    )


def corpus_encoder(cases: Sequence[GoldInterview], name: str = "gold") -> CachedEncoder:
    """An encoder that already holds every claim and every told sentence of `cases`, kept on disk under `name`."""
    encoder = CachedEncoder(MiniLM(), identity=fingerprint(), capacity=CAPACITY)
    texts = {claim.text for case in cases for claim in claims_of(case.turns)}
    texts |= {line for case in cases for turn in case.turns if turn.speaker != "candidate" for line in sentences(turn.text)}
    encoder.encode_corpus(sorted(texts), name)
    return encoder


def indexes(scenarios: Mapping[str, Scenario], encoder: SentenceEncoder) -> dict[str, RubricIndex]:
    """The rubric index of each scenario."""
    return {name: build_index(scenario.rubric, scenario.reference, encoder) for name, scenario in scenarios.items()}


def build_table(cases: Sequence[GoldInterview], rubrics: Mapping[str, RubricIndex], encoder: SentenceEncoder) -> Table:
    """Features, pooled vectors and levels of every criterion that had room and has a gold level."""
    x, pooled, y, rows, ids, means = [], [], [], [], [], []
    for number, case in enumerate(cases):
        index = rubrics[case.scenario]
        heard = hear(case.turns, encoder)
        matched = match(heard, index)
        areas, said = areas_with_room(case.turns), spoken_words(case.turns)
        means.append(pool(heard.vectors.astype(float), heard.worth) if len(heard.claims) else np.zeros(384))
        for column, item in enumerate(index.criteria):
            if item.criterion.id not in case.levels or not has_room(item.criterion, areas, said):
                continue
            x.append(features(heard, matched, column, item, index))
            pooled.append(pool(heard.vectors.astype(float), matched.weights[:, column]) if len(heard.claims) else np.zeros(384))
            y.append(case.levels[item.criterion.id])
            rows.append(number)
            ids.append(item.criterion.id)
    scenario = np.array([cases[number].scenario for number in rows])
    return Table(
        np.array(x), np.array(pooled), np.array(y, int), np.array(rows, int), tuple(ids), scenario, np.array(means), tuple(cases)
    )
