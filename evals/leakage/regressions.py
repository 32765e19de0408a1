"""Fits the small models that the guard's artefact holds, with scikit-learn, and writes them down as plain weights."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from agents.encoder import Vectors
from agents.guard.artefact import Direction, LeakKind, Linear, Softmax, Style, grams

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]

STYLE_C, DIRECTION_C, LINEAR_C, SOFTMAX_C = 1.0, 3.0, 0.3, 0.1
MIN_TEXTS = 4
"""In how many texts a run of function words must stand to count."""
FUNCTION_WORDS = frozenset((Path(__file__).parent / "data" / "function_words.txt").read_text(encoding="utf-8").split())


def linear(table: Floats, labels: Labels, weights: Floats, features: Sequence[str]) -> Linear:
    """Logistic regression on standardised figures, written for the figures as they are."""
    centre, spread = _scale(table)
    model = LogisticRegression(C=LINEAR_C, max_iter=2000).fit((table - centre) / spread, labels, sample_weight=weights)
    plain = model.coef_[0] / spread
    return Linear(features=tuple(features), weights=_rounded(plain), bias=float(model.intercept_[0] - plain @ centre))


def softmax(table: Floats, kinds: Sequence[LeakKind], weights: Floats, features: Sequence[str]) -> Softmax:
    """Multinomial logistic regression on standardised figures, written for the figures as they are."""
    centre, spread = _scale(table)
    model = LogisticRegression(C=SOFTMAX_C, max_iter=5000).fit((table - centre) / spread, list(kinds), sample_weight=weights)
    plain = model.coef_ / spread
    names: list[LeakKind] = list(model.classes_)
    return Softmax(
        features=tuple(features),
        weights={name: _rounded(row) for name, row in zip(names, plain, strict=True)},
        bias={name: float(bias - row @ centre) for name, row, bias in zip(names, plain, model.intercept_, strict=True)},
    )


def direction(vectors: Vectors, labels: Labels, weights: Floats) -> Direction:
    """The direction in which leading sentences differ from neutral ones."""
    model = LogisticRegression(C=DIRECTION_C, max_iter=2000).fit(vectors, labels, sample_weight=weights)
    return Direction(weights=_rounded(model.coef_[0], 3), bias=float(model.intercept_[0]))


def style(texts: Sequence[str], labels: Labels, weights: Floats) -> Style:
    """Which runs of function words lead."""
    found = [grams(text, FUNCTION_WORDS) for text in texts]
    known = _common(found)
    columns = {gram: column for column, gram in enumerate(known)}
    inside = [[columns[gram] for gram in sorted(one) if gram in columns] for one in found]
    values = [1.0 / max(1, len(row)) ** 0.5 for row in inside for _ in row]
    ends = np.cumsum([0, *(len(row) for row in inside)])
    matrix = csr_matrix((values, [column for row in inside for column in row], ends), shape=(len(texts), len(known)))
    model = LogisticRegression(C=STYLE_C, max_iter=2000).fit(matrix, labels, sample_weight=weights)
    learnt = dict(zip(known, _rounded(model.coef_[0], 3), strict=True))
    return Style(function_words=tuple(sorted(FUNCTION_WORDS)), weights=learnt, bias=float(model.intercept_[0]))


def _common(found: Sequence[frozenset[str]]) -> list[str]:
    counts: dict[str, int] = {}
    for one in found:
        for gram in one:
            counts[gram] = counts.get(gram, 0) + 1
    return sorted(gram for gram, count in counts.items() if count >= MIN_TEXTS)


def _scale(table: Floats) -> tuple[Floats, Floats]:
    spread = table.std(axis=0)
    return table.mean(axis=0), np.where(spread < 1e-9, 1.0, spread)


def _rounded(values: Floats, digits: int = 5) -> tuple[float, ...]:
    return tuple(round(float(value), digits) for value in values)
