"""The pattern cards: every number and formula that they state is computed here, and every link holds."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import yaml

from scenarios.loader import LIBRARY, library_ids
from scenarios.pattern_cards import pattern_card, pattern_ids

SECTIONS = ["What it is for", "How it works", "When it fails", "What a staff engineer adds", "How it is measured", "Used by"]


def dcg(relevances: list[int]) -> float:
    return math.fsum((2**relevance - 1) / math.log2(position + 2) for position, relevance in enumerate(relevances))


def ece(predicted: list[float], observed: list[float], counts: list[int]) -> float:
    return sum(n * abs(p - o) for p, o, n in zip(predicted, observed, counts, strict=True)) / sum(counts)


def wape(actual: list[float], forecast: list[float]) -> float:
    return math.fsum(abs(a - f) for a, f in zip(actual, forecast, strict=True)) / sum(actual)


def pinball(quantile: float, actual: float, forecast: float) -> float:
    return max(quantile * (actual - forecast), (quantile - 1) * (actual - forecast))


def focal_weight(p_true: float, gamma: float = 2.0) -> float:
    return math.pow(1 - p_true, gamma)


STATED: list[tuple[str, str, Callable[[], float], float]] = [
    ("two-tower", "2.56 GB", lambda: 10e6 * 64 * 4 / 1e9, 2.56),
    ("in-batch-negatives", "6.93", lambda: math.log(1024), 6.93),
    ("ann-search", "39,000", lambda: round(16 * 10e6 / 4096, -3), 39000),
    ("ann-search", "160 MB", lambda: 10e6 * 16 / 1e6, 160),
    ("multi-task-ranking", "0.40", lambda: 0.30 + 2 * 0.10 - 10 * 0.01, 0.40),
    ("re-ranking-diversity", "0.29", lambda: 0.7 * 0.8 - 0.3 * 0.9, 0.29),
    ("re-ranking-diversity", "0.35", lambda: 0.7 * 0.5, 0.35),
    ("learning-to-rank", "0.693", lambda: math.log(1 + math.exp(0)), 0.693),
    ("ndcg", "12.78", lambda: dcg([3, 2, 3, 0, 1]), 12.78),
    ("ndcg", "14.60", lambda: dcg([3, 3, 2, 2, 1]), 14.60),
    ("ndcg", "0.876", lambda: dcg([3, 2, 3, 0, 1]) / dcg([3, 3, 2, 2, 1]), 0.876),
    ("velocity-features", "0.81 %", lambda: 100 * 1.04 / math.sqrt(16384), 0.81),
    ("graph-features", "275", lambda: 25 + 25 * 10, 275),
    ("focal-loss", "0.01", lambda: focal_weight(0.9), 0.01),
    ("focal-loss", "0.81", lambda: focal_weight(0.1), 0.81),
    ("focal-loss", "0.0099", lambda: 0.5 * 0.01 / (0.5 * 0.01 + 0.5), 0.0099),
    ("precision-recall", "8.3 %", lambda: 100 * 0.001 * 0.9 / (0.001 * 0.9 + 0.999 * 0.01), 8.3),
    ("precision-recall", "0.1", lambda: 1 / (1 + 9), 0.1),
    ("factorisation-machines", "6.4 GB", lambda: 100e6 * 16 * 4 / 1e9, 6.4),
    ("probability-calibration", "0.10", lambda: ece([0.1, 0.6], [0.2, 0.5], [50, 50]), 0.10),
    ("drift-monitoring", "0.041", lambda: 0.1 * math.log(0.6 / 0.5) - 0.1 * math.log(0.4 / 0.5), 0.041),
    ("latency-percentiles", "63 %", lambda: 100 * (1 - 0.99**100), 63),
    ("latency-percentiles", "100 in flight", lambda: 2000 * 0.05, 100),
    ("ab-testing", "760,000", lambda: 16 * 0.05 * 0.95 / 0.001**2, 760000),
    ("ab-testing", "0.75", lambda: 1 - 0.5**2, 0.75),
    ("interleaving", "2.53", lambda: (540 - 500) / math.sqrt(1000 * 0.25), 2.53),
    ("guardrail-metrics", "64 %", lambda: 100 * (1 - 0.95**20), 64),
    ("cold-start", "4 %", lambda: 100 * (500 * 0.02 + 30) / (500 + 500), 4),
    ("active-learning", "0.47 bits", lambda: -(0.1 * math.log2(0.1) + 0.9 * math.log2(0.9)), 0.47),
    ("position-bias", "5 times", lambda: 1 / 0.2, 5),
    ("quantile-regression", "9", lambda: pinball(0.9, 30, 20), 9),
    ("quantile-regression", "0.75", lambda: 3 / (3 + 1), 0.75),
    ("retrieval-augmented-generation", "0.0323", lambda: 1 / 61 + 1 / 63, 0.0323),
    ("retrieval-augmented-generation", "78 %", lambda: 85 * 0.92, 78),
    ("hierarchical-forecasting", "0.30", lambda: wape([0, 2, 8], [1, 2, 6]), 0.30),
    ("exploration-bandits", "3.9 %", lambda: 100 * 4 / 102, 3.9),
    ("human-in-the-loop", "36,000", lambda: 200 * 6 * 30, 36000),
    ("label-delay", "63 %", lambda: 100 * (1 - math.exp(-1)), 63),
    ("label-delay", "95 %", lambda: 100 * (1 - math.exp(-3)), 95),
]


@pytest.mark.parametrize(("card", "shown", "compute", "value"), STATED, ids=[f"{row[0]}:{row[1]}" for row in STATED])
def test_a_stated_number_is_what_its_formula_gives(card: str, shown: str, compute: Callable[[], float], value: float) -> None:
    assert shown in pattern_card(card).text
    decimals = len(str(value).partition(".")[2]) if value != int(value) else 0
    assert round(compute(), decimals) == pytest.approx(value)


def test_the_factorisation_machine_identity_holds() -> None:
    random = np.random.default_rng(0)
    vectors, x = random.normal(size=(9, 4)), random.normal(size=9)
    pairs = sum(vectors[i] @ vectors[j] * x[i] * x[j] for i in range(9) for j in range(i + 1, 9))
    fast = 0.5 * (((vectors * x[:, None]).sum(0) ** 2).sum() - ((vectors * x[:, None]) ** 2).sum())
    assert fast == pytest.approx(pairs)


def test_in_batch_softmax_with_equal_scores_costs_the_log_of_the_batch_size() -> None:
    scores = np.zeros((8, 8))
    loss = -np.log(np.exp(scores.diagonal()) / np.exp(scores).sum(1)).mean()
    assert loss == pytest.approx(math.log(8))


def test_down_sampling_odds_are_corrected_exactly() -> None:
    true, rate = 0.03, 0.01
    sampled = true / (true + (1 - true) * rate)
    assert sampled * rate / (sampled * rate + 1 - sampled) == pytest.approx(true)


def test_focal_loss_without_focus_is_cross_entropy() -> None:
    assert focal_weight(0.3, gamma=0.0) == 1.0


@pytest.mark.parametrize("card", pattern_ids())
def test_a_card_has_its_sections_in_order(card: str) -> None:
    headings = [line.removeprefix("## ") for line in pattern_card(card).text.splitlines() if line.startswith("## ")]
    assert headings == SECTIONS


def test_every_link_between_references_and_cards_holds() -> None:
    named: dict[str, list[str]] = {card: [] for card in pattern_ids()}
    for scenario in library_ids():
        document = yaml.load((LIBRARY / scenario / "reference.yaml").read_text(), Loader=yaml.CSafeLoader)
        for card in document["patterns"]:
            named[card].append(scenario)
    for card, scenarios in named.items():
        listed = pattern_card(card).text.rpartition("## Used by")[2].strip()
        assert scenarios, f"no scenario uses {card}"
        assert listed == ", ".join(f"`{scenario}`" for scenario in scenarios)


def test_an_unknown_card_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="two-tower"):
        pattern_card("three-tower")
