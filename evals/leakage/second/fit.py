"""Fits the second scorer on turns of half of the scenarios and writes model.json: `python -m evals.leakage.second.fit`."""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from agents.encoder import SentenceEncoder, packaged_encoder, terms
from agents.guard.draft import own_pieces
from agents.guard.hidden import Hidden, hidden_of
from agents.guard.said import Said
from evals.leakage.cases import Case, authored_cases, chatty, library_cases, neutral_lines, opening, phrase_lines
from evals.leakage.labelled import DEVELOPMENT, FIT, LeakKind
from evals.leakage.quality import released_in
from evals.leakage.second.artefact import FILE, Artefact, Head, Operating
from evals.leakage.second.evidence import APPROACH_FEATURES, FACT_FEATURES, ApproachEvidence, FactEvidence, Pieces
from evals.leakage.second.scorer import SecondScorer
from scenarios.loader import LIBRARY, library_ids, load
from scenarios.scenario import Scenario

DIRECTION_C = 3.0
HEAD_C = 1.0
THRESHOLD = 0.7
Figures = dict[str, float]


class Row(NamedTuple):
    """A case with what the guard measured on it."""

    case: Case
    fact: Figures
    approach: Figures


def main() -> None:
    """Cross-validate by scenario, print the figures, fit on everything and write the artefact."""
    encoder = packaged_encoder()
    scenarios = {name: load(LIBRARY / name) for name in library_ids(LIBRARY)}
    artefact, report = fit(scenarios, fit_scenarios(), encoder)
    found = operating(artefact, scenarios, encoder)
    sys.stdout.write(f"{report}\n{found}\n")
    artefact = artefact.model_copy(update={"operating": found})
    FILE.write_text(artefact.model_dump_json(indent=None) + "\n", encoding="utf-8")


def operating(artefact: Artefact, scenarios: Mapping[str, Scenario], encoder: SentenceEncoder) -> Operating:
    """Recall and false alarms at the cut on the development turns, whose authors and half of whose scenarios are others."""
    scorers = {name: SecondScorer(one.facts, one.reference, encoder, artefact) for name, one in scenarios.items()}
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for case in authored_cases(scenarios, (DEVELOPMENT,)):
        released = released_in(case.context, scenarios[case.scenario])
        scores = scorers[case.scenario].scores(case.draft, case.context, released)
        hits[case.kind != "none"].append(max(score for score, _ in scores.values()) >= artefact.threshold)
    recall, alarms = (sum(hits[leak]) / len(hits[leak]) for leak in (True, False))
    n = len(hits[True]) + len(hits[False])
    return Operating(on=DEVELOPMENT.name, n=n, recall=round(recall, 4), false_alarms=round(alarms, 4))


def fit_scenarios() -> tuple[str, ...]:
    """Every second scenario of the library: leaks to learn from come from these alone, the others are for testing."""
    return library_ids(LIBRARY)[::2]


def fit(scenarios: dict[str, Scenario], leaky: Sequence[str], encoder: SentenceEncoder) -> tuple[Artefact, str]:
    """Fit on the neutral lines of all `scenarios`, and on the leaks of those in `leaky`."""
    cases = [case for scenario in scenarios.values() for case in library_cases(scenario) if scenario.id in leaky]
    others = [scenario for scenario in scenarios.values() if scenario.id not in leaky]
    cases += [Case(one.id, opening(one), line, "none") for one in others for line in (*neutral_lines(one), *phrase_lines())]
    cases += [case for case in authored_cases(scenarios, (FIT,)) if case.scenario in leaky]
    cases += [chatty(case, number) for number, case in enumerate(cases) if case.authored or number % 5 == 0]
    rows = [row for name in scenarios for row in _cross_fitted(name, scenarios, cases, encoder)]
    report = []
    heads = {}
    for kind in ("fact", "approach"):
        head, line = _head(rows, kind)
        heads[kind] = head
        report.append(line)
    final = _stage_one(scenarios, cases, encoder)
    counts = Counter(case.kind for case in cases)
    artefact = final.model_copy(
        update={
            "training_sha256": hashlib.sha256(FIT.read_bytes()).hexdigest(),
            "training_n": dict(counts),
            "fact": heads["fact"],
            "approach": heads["approach"],
        }
    )
    return artefact, "\n".join(report)


def plain_words(lines: Iterable[str]) -> dict[str, int]:
    """In how many neutral lines each stem stands."""
    return dict(sorted(Counter(stem for line in lines for stem in set(terms(line))).items()))


def measure(cases: Sequence[Case], scenario: Scenario, artefact: Artefact, encoder: SentenceEncoder) -> list[Row]:
    """What the guard measures on the cases of one scenario."""
    hidden = hidden_of(scenario.facts, scenario.reference)
    facts = FactEvidence([item for item in hidden if item.kind == "fact"], encoder, artefact.vocabulary)
    concepts = [item for item in hidden if item.kind == "approach"]
    approach = {
        without: ApproachEvidence([_hold_back(item, without) for item in concepts], encoder, artefact.vocabulary)
        for without in {case.without for case in cases}
    }
    rows = []
    for case in cases:
        said = Said(case.context, encoder)
        pieces = Pieces(own_pieces(case.draft, case.context), said, encoder, artefact)
        found = facts.measure(pieces, [turn.text for turn in case.context], frozenset())
        rows.append(Row(case, found.figures, approach[case.without].measure(pieces, said).figures))
    return rows


def _hold_back(item: Hidden, without: int | None) -> Hidden:
    return Hidden(item.kind, item.id, item.names, tuple(tell for number, tell in enumerate(item.tells) if number != without))


def _cross_fitted(name: str, scenarios: dict[str, Scenario], cases: Sequence[Case], encoder: SentenceEncoder) -> list[Row]:
    """Rows of one scenario, measured with words and a direction that were learnt from the others."""
    others = {other: scenario for other, scenario in scenarios.items() if other != name}
    artefact = _stage_one(others, [case for case in cases if case.scenario != name], encoder)
    return measure([case for case in cases if case.scenario == name], scenarios[name], artefact, encoder)


def _stage_one(scenarios: dict[str, Scenario], cases: Sequence[Case], encoder: SentenceEncoder) -> Artefact:
    """Plain words, and the direction in which leading questions differ from neutral ones; the heads are still blank."""
    lines = [*(line for scenario in scenarios.values() for line in neutral_lines(scenario)), *phrase_lines()]
    sample: dict[str, bool] = {}
    for case in cases:
        if case.kind != "fact":  # a line about a concept leads, even where the candidate had raised it
            sample[case.draft] = sample.get(case.draft, False) or case.kind == "approach"
    vectors = encoder.encode(list(sample))
    model = LogisticRegression(C=DIRECTION_C, max_iter=2000, class_weight="balanced").fit(vectors, list(sample.values()))
    return Artefact(
        training_sha256="",
        training_n={},
        plain_words=plain_words(lines),
        neutral_direction=tuple(round(float(value), 3) for value in model.coef_[0]),
        neutral_bias=round(float(model.intercept_[0]), 3),
        fact=_blank(FACT_FEATURES),
        approach=_blank(APPROACH_FEATURES),
        threshold=THRESHOLD,
    )


def _blank(features: tuple[str, ...]) -> Head:
    return Head(features=features, weights=(0.0,) * len(features), bias=0.0)


def _head(rows: Sequence[Row], kind: LeakKind) -> tuple[Head, str]:
    """A logistic regression for one kind of leak, with its cross-validated figures in one line."""
    features = FACT_FEATURES if kind == "fact" else APPROACH_FEATURES
    chosen = [row for row in rows if row.case.kind in (kind, "none")]
    figures = [row.fact if kind == "fact" else row.approach for row in chosen]
    table = np.array([[row[name] for name in features] for row in figures])
    labels = np.array([row.case.kind == kind for row in chosen])
    weights = np.array([_weight(row.case) for row in chosen])
    groups = np.array([row.case.scenario for row in chosen])
    held_out = np.zeros(len(labels))
    for group in sorted(set(groups)):
        inside = groups == group
        held_out[inside] = _logistic(table[~inside], labels[~inside], weights[~inside]).predict_proba(table[inside])[:, 1]
    model = _logistic(table, labels, weights)
    head = Head(
        features=features,
        weights=tuple(round(float(value), 4) for value in model.coef_[0]),
        bias=round(float(model.intercept_[0]), 4),
    )
    authored = np.array([row.case.authored for row in chosen])
    return head, f"{kind}: library {_figures(labels, held_out, ~authored)}; authored {_figures(labels, held_out, authored)}"


def _weight(case: Case) -> float:
    """An authored turn, with its context, counts for more than a line of the library; neutral lines must all pass."""
    if case.authored:
        return 10.0
    return 4.0 if case.kind == "none" else 1.0


def _logistic(table: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]) -> LogisticRegression:
    return LogisticRegression(C=HEAD_C, max_iter=5000).fit(table, labels, sample_weight=weights)


def _figures(labels: NDArray[np.bool_], scores: NDArray[np.float64], chosen: NDArray[np.bool_]) -> str:
    labels, scores = labels[chosen], scores[chosen]
    cut = float(np.quantile(scores[~labels], 0.95))
    recall = float((scores[labels] > cut).mean())
    return f"n={len(labels)} AUROC {roc_auc_score(labels, scores):.3f}, recall {recall:.3f} at 5 % false blocks (cut {cut:.2f})"


if __name__ == "__main__":
    main()
