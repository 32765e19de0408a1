"""Fits the selector and writes agents/facts/model.json, and one artefact for each held-out fold: `python -m evals.facts.fit`."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from agents.facts.features import PAIR, TURN, Numbers, turn_features
from agents.facts.forest import LEAF, Boosted, Tree
from agents.facts.model import ARTEFACT, Artefact, Weights, sigmoid
from evals.facts.cases import FIT_SHEETS, load_labelled, load_sheets
from evals.facts.pieces import RememberedPieces, WholeVectors
from evals.facts.training import Row, Source, digest, rows, stack
from evals.facts.unseen import unseen_by
from scenarios import loader

FOLDS = 5
FOLD_FILE = Path(__file__).parent / "folds.json"
PAIR_C = 1.0
TREES, LEAVES, RATE, LEAST_IN_LEAF, SHRINKAGE = 120, 12, 0.06, 80, 5.0
DIGITS = 5


def main() -> None:
    """Fit on everything for the product and without each fold for its measurement."""
    training = prepare()
    write({"all": fit(training)}, ARTEFACT)
    folds = folds_of(loader.library_ids())
    write(
        {f"fold-{number}": fit([row for row in training if row.scenario not in held]) for number, held in enumerate(folds)},
        FOLD_FILE,
    )
    sys.stdout.write(f"fitted on {len(training)} questions; run the facts eval for what it reaches\n")


def prepare() -> list[Row]:
    """Every training row, each source read by tuned layers that have not seen it."""
    found: list[Row] = []
    for source in sources():
        pieces = RememberedPieces(tuned=unseen_by(source.name))
        found += rows(source, WholeVectors(pieces), pieces)
    return found


def sources() -> list[Source]:
    """All that may be fitted on, the library first."""
    cases = load_labelled()
    library = [Source.of_scenario(name, loader.load(loader.LIBRARY / name).facts, cases) for name in loader.library_ids()]
    return library + [Source.of_sheet(name, sheet) for name, sheet in load_sheets(FIT_SHEETS).items()]


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
        answerable=boosted(turns, answerable, TURN),
        right=boosted(turns, right, TURN),
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


def boosted(features: Numbers, labels: Numbers, names: tuple[str, ...]) -> Boosted:
    """Gradient-boosted trees, written for the features as they are."""
    fitted = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        min_samples_leaf=LEAST_IN_LEAF,
        l2_regularization=SHRINKAGE,
        random_state=0,
    ).fit(features, labels)
    trees = tuple(_tree(stage[0].nodes) for stage in fitted._predictors)  # noqa: SLF001  no public way gives the nodes
    return Boosted(features=names, baseline=round(float(fitted._baseline_prediction[0, 0]), DIGITS), trees=trees)  # noqa: SLF001


def _tree(nodes: Any) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=tuple(np.where(leaf, LEAF, nodes["feature_idx"]).tolist()),
        threshold=tuple(np.where(leaf, 0.0, nodes["num_threshold"]).round(DIGITS).tolist()),
        left=tuple(np.where(leaf, 0, nodes["left"]).tolist()),
        right=tuple(np.where(leaf, 0, nodes["right"]).tolist()),
        value=tuple(np.where(leaf, nodes["value"], 0.0).round(DIGITS).tolist()),
    )


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
