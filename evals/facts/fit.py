"""Fits the selector and writes agents/facts/model.json, and one artefact for each held-out fold: `python -m evals.facts.fit`."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from agents.facts.features import PAIR, TURN, Numbers, turn_features
from agents.facts.model import ARTEFACT, Artefact, Weights, sigmoid
from evals.facts.cases import load_labelled
from evals.facts.pieces import RememberedPieces, WholeVectors
from evals.facts.training import Row, digest, rows, stack
from scenarios import loader
from scenarios.facts import FactSheet

FOLDS = 5
FOLD_FILE = Path(__file__).parent / "folds.json"
PAIR_C, TURN_C = 1.0, 0.3


def main() -> None:
    """Fit on everything for the product and without each fold for its measurement."""
    training = prepare()
    write({"all": fit(training)}, ARTEFACT)
    folds = folds_of(sorted({row.scenario for row in training}))
    write(
        {f"fold-{number}": fit([row for row in training if row.scenario not in held]) for number, held in enumerate(folds)},
        FOLD_FILE,
    )
    sys.stdout.write(f"fitted on {len(training)} questions; run the facts eval for what it reaches\n")


def prepare() -> list[Row]:
    """Every training row of the library."""
    pieces = RememberedPieces()
    return list(rows(library_sheets(), load_labelled(), WholeVectors(pieces), pieces))


def library_sheets() -> dict[str, FactSheet]:
    """Fact sheets of the library by scenario."""
    return {scenario: loader.load(loader.LIBRARY / scenario).facts for scenario in loader.library_ids()}


def folds_of(scenarios: Sequence[str]) -> list[frozenset[str]]:
    """Scenarios held out together."""
    return [frozenset(scenarios[start::FOLDS]) for start in range(min(FOLDS, len(scenarios)))]


def fit(training: Sequence[Row]) -> Artefact:
    """Fit the pair model, then the two question models on top of its probabilities."""
    features, labels = stack(training)
    pair = logistic(features, labels, PAIR, PAIR_C)
    turns, top = on_top(training, pair)
    answerable = np.array([float(bool(row.gold)) for row in training])
    right = np.array([float(place in row.gold) for place, row in zip(top, training, strict=True)])
    return Artefact(
        training_sha256=digest(training),
        training_questions=len(training),
        scenarios=tuple(sorted({row.scenario for row in training})),
        pair=pair,
        answerable=logistic(turns, answerable, TURN, TURN_C),
        right=logistic(turns, right, TURN, TURN_C),
    )


def on_top(training: Sequence[Row], pair: Weights) -> tuple[Numbers, list[int]]:
    """Question features under a pair model, and the place of the likeliest fact of each."""
    probabilities = [sigmoid(pair.intercept + row.pairs @ np.array(pair.weights)) for row in training]
    turns = np.stack([turn_features(row.held, given) for row, given in zip(training, probabilities, strict=True)])
    return turns, [int(np.argsort(-given, kind="stable")[0]) for given in probabilities]


def logistic(features: Numbers, labels: Numbers, names: tuple[str, ...], c: float) -> Weights:
    """A logistic regression fitted on standardised features, written for the features as they are."""
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=c, max_iter=2000).fit(scaler.transform(features), labels)
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    return Weights(features=names, intercept=round(intercept, 5), weights=tuple(round(float(value), 5) for value in weights))


def write(artefacts: Mapping[str, Artefact], path: Path) -> None:
    """Write artefacts so that a person can read them: one line for each list."""
    documents = {name: artefact.model_dump(mode="json") for name, artefact in artefacts.items()}
    document = documents["all"] if set(documents) == {"all"} else documents
    text = json.dumps(document, indent=1)
    path.write_text(_lists_on_one_line(text) + "\n", encoding="utf-8")


def _lists_on_one_line(text: str) -> str:
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if inside:
            lines[-1] += ("" if line.strip() == "]" or lines[-1].endswith("[") else " ") + line.strip()
            inside = not line.strip().startswith("]")
        else:
            lines.append(line)
            inside = line.rstrip().endswith("[")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
