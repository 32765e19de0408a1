"""Turns gold interviews into the rows that the grader is fitted on and measured with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.encoder import CachedEncoder, MiniLM, SentenceEncoder, fingerprint
from agents.grader.claims import claims_of, sentences
from agents.grader.features import NAMES, features, pool
from agents.grader.index import Array, RubricIndex, build_index
from agents.grader.model import FittedModel
from evals.gold import GoldInterview
from evals.grading.material import Material
from scenarios.scenario import Scenario

CAPACITY = 400_000


@dataclass(frozen=True)
class Table:
    """One row for each criterion of each interview that had room; `case` indexes the interviews."""

    x: Array
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
        table.y[rows],
        numbers[table.case[rows]],
        tuple(table.criterion[row] for row in rows),
        table.scenario[rows],
        table.mean[chosen],
        cases,
    )


def joined(tables: Sequence[Table]) -> Table:
    """The rows of several tables as one."""
    starts = np.cumsum([0, *(len(item.cases) for item in tables[:-1])])
    return Table(
        np.concatenate([item.x for item in tables]),
        np.concatenate([item.y for item in tables]),
        np.concatenate([item.case + start for item, start in zip(tables, starts, strict=True)]),
        tuple(name for item in tables for name in item.criterion),
        np.concatenate([item.scenario for item in tables]),
        np.concatenate([item.mean for item in tables]),
        tuple(case for item in tables for case in item.cases),
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


def build_table(materials: Sequence[Material], rubrics: Mapping[str, RubricIndex], models: Mapping[str, FittedModel]) -> Table:
    """Features and levels of every criterion that had room and has a gold level, with each scenario's own model."""
    x, y, rows, ids = [], [], [], []
    for number, item in enumerate(materials):
        index = rubrics[item.case.scenario]
        sitting = models[item.case.scenario].sit(item.heard, index, item.pairs)
        for column in item.columns:
            criterion = index.criteria[column]
            x.append(features(sitting, column, criterion, index))
            y.append(item.case.levels[criterion.criterion.id])
            rows.append(number)
            ids.append(criterion.criterion.id)
    cases = tuple(item.case for item in materials)
    means = [pool(item.heard.vectors.astype(float), item.heard.worth) for item in materials]
    scenario = np.array([cases[number].scenario for number in rows])
    return Table(
        np.array(x).reshape(-1, len(NAMES)), np.array(y, int), np.array(rows, int), tuple(ids), scenario, np.array(means), cases
    )
