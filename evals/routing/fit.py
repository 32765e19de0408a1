"""Fits the router's segment model on data/fit.jsonl and writes agents/router/model.json: `python -m evals.routing.fit`."""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.model_selection import GroupKFold

from agents.encoder import SentenceEncoder, packaged_encoder
from agents.router import cues
from agents.router.answered import ANSWER_FEATURES, answer_features
from agents.router.classifier import ARTEFACT, Artefact, SegmentModel
from agents.router.cues import grams
from agents.router.labels import LABELS, Label, Numbers
from agents.router.setting import Setting
from evals.routing.examples import SHEETS, Example, load

MIN_TIMES, MIN_DOMAINS = 4, 3
WORDS_ONLY_C, BOTH_C, ANSWER_C = 0.3, 1.0, 0.3
EMBEDDING_SCALE = 4.0  # a unit vector's components are small beside 0/1 features, so the penalty would silence them
FOLDS = 6
SHEETS_WEIGHT = 0.3
"""Of a question that was written for a sheet: there are so many that everything would sound like one."""


class Row(NamedTuple):
    """A labelled segment as the model is fitted on it."""

    text: str
    label: Label
    domain: str
    setting: Setting
    weight: float = 1.0


def main() -> None:
    """Cross-validate by domain, print the confusion matrix, fit on everything and write the artefact."""
    examples = load()
    encoder = packaged_encoder()
    sys.stdout.write(cross_validate(examples, encoder) + "\n")
    dump(fit(examples, encoder))


def fit(examples: Sequence[Example], encoder: SentenceEncoder, digest: str | None = None) -> Artefact:
    """Fit on `examples`; a digest of them goes into the artefact."""
    rows = segments_of(examples)
    vocabulary = choose_vocabulary(rows)
    model = SegmentModel.untrained(vocabulary)
    features = features_of(rows, model)
    vectors = encoder.encode([row.text for row in rows])
    labels = [row.label for row in rows]
    weights = [row.weight for row in rows]
    words_only = _rows(_logistic(features, labels, WORDS_ONLY_C, weights))
    both = _rows(_logistic(np.hstack([features, EMBEDDING_SCALE * vectors]), labels, BOTH_C, weights))
    split = 1 + features.shape[1]
    model = SegmentModel(
        LABELS,
        model.vocabulary,
        words_only,
        both[:, :split],
        EMBEDDING_SCALE * both[:, split:],
        np.zeros(1 + len(ANSWER_FEATURES)),
    )
    return Artefact(
        training_sha256=digest or digest_of(examples),
        training_n=len(rows),
        features_sha256=cues.digest(),
        labels=LABELS,
        features=(*cues.names(), *(f"gram:{gram}" for gram in vocabulary)),
        words_only=_rounded(words_only),
        words=_rounded(both[:, :split]),
        embedding=_rounded(EMBEDDING_SCALE * both[:, split:]),
        self_answer_features=ANSWER_FEATURES,
        self_answer=_fit_answers(examples, model, encoder),
    )


def digest_of(examples: Sequence[Example]) -> str:
    """Hash of every example, in order."""
    return hashlib.sha256("\n".join(example.model_dump_json() for example in examples).encode("utf-8", "replace")).hexdigest()


def features_of(rows: Sequence[Row], model: SegmentModel) -> Numbers:
    """Interpretable features, each row in the setting of its turn; float64 (n, features)."""
    return np.vstack([model.features([row.text], row.setting) for row in rows])


def segments_of(examples: Sequence[Example]) -> list[Row]:
    """Every labelled segment, as written and as speech recognition would write it."""
    found: list[Row] = []
    for example in examples:
        setting = example.setting
        for segment in example.segments:
            if segment.label != "self_answered":  # of two minds without the next segment; the pair model learns these
                texts = dict.fromkeys((segment.text, unpunctuated(segment.text)))
                weight = SHEETS_WEIGHT if example.author == SHEETS else 1.0
                found.extend(Row(text, segment.label, example.domain, setting, weight) for text in texts)
    return found


def unpunctuated(text: str) -> str:
    """`text` as speech recognition would write it."""
    return " ".join(re.sub(r"(?<!\d)[.,;:!?]+(?!\d)|[,;:!?]", " ", text).lower().split())


def choose_vocabulary(rows: Sequence[Row]) -> tuple[str, ...]:
    """Words and pairs seen MIN_TIMES or more, in MIN_DOMAINS or more domains: how people ask, not what about."""
    times: Counter[str] = Counter()
    domains: dict[str, set[str]] = {}
    for row in rows:
        for gram in grams(row.text):
            times[gram] += 1
            domains.setdefault(gram, set()).add(row.domain)
    return tuple(sorted(gram for gram, n in times.items() if n >= MIN_TIMES and len(domains[gram]) >= MIN_DOMAINS))


def cross_validate(examples: Sequence[Example], encoder: SentenceEncoder) -> str:
    """Confusion matrix and macro F1 by held-out domain; a report in plain text."""
    truth: list[str] = []
    words: list[str] = []
    both: list[str] = []
    groups = [example.domain for example in examples]
    for train, test in GroupKFold(FOLDS).split(groups, groups=groups):
        model = SegmentModel.of(fit([examples[i] for i in train], encoder))
        rows = segments_of([examples[i] for i in test])
        features = features_of(rows, model)
        truth += [row.label for row in rows]
        words += _best(model.from_words(features))
        both += _best(model.from_both(features, encoder.encode([row.text for row in rows])))
    lines = [f"segments n={len(truth)}, {FOLDS}-fold by domain"]
    for name, guess in (("words only", words), ("words and embedding", both)):
        accuracy = np.mean([a == b for a, b in zip(truth, guess, strict=True)])
        lines.append(f"{name}: accuracy {accuracy:.3f}, macro F1 {f1_score(truth, guess, average='macro'):.3f}")
    lines.append(f"rows are truth, columns are {', '.join(LABELS)}")
    for label, row in zip(LABELS, confusion_matrix(truth, both, labels=list(LABELS)), strict=True):
        lines.append(f"{label:>14} " + " ".join(f"{count:4d}" for count in row))
    return "\n".join(lines)


def dump(artefact: Artefact, path: Path = ARTEFACT) -> None:
    """Write the artefact as JSON with one row of weights a line."""
    parts = []
    for key, value in artefact.model_dump(mode="json").items():
        nested = isinstance(value, list) and value and isinstance(value[0], list)
        text = "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]" if nested else json.dumps(value)
        parts.append(f'"{key}": {text}')
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _fit_answers(examples: Sequence[Example], model: SegmentModel, encoder: SentenceEncoder) -> tuple[float, ...]:
    features, answered = answer_rows(examples, model, encoder)
    fitted = LogisticRegression(C=ANSWER_C, max_iter=2000, class_weight="balanced").fit(np.stack(features), answered)
    return tuple(round(float(weight), 4) for weight in (*fitted.intercept_, *fitted.coef_[0]))


def answer_rows(examples: Sequence[Example], model: SegmentModel, encoder: SentenceEncoder) -> tuple[list[Numbers], list[bool]]:
    """Features of every question that a statement follows, and whether its speaker was answering it."""
    features: list[Numbers] = []
    answered: list[bool] = []
    for example in examples:
        for asked, following in pairwise(example.segments):
            if asked.label in {"question", "hint_request", "self_answered"} and following.label == "statement":
                for change in (str, unpunctuated):
                    one, two = change(asked.text), change(following.text)
                    vectors = encoder.encode([one])
                    likely = model.from_both(model.features([one], example.setting), vectors)[0]
                    probability = dict(zip(model.labels, map(float, likely), strict=True))
                    features.append(answer_features(one, two, probability))
                    answered.append(asked.label == "self_answered")
    return features, answered


def _logistic(features: NDArray[np.floating], labels: Sequence[str], c: float, weights: Sequence[float]) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=3000, tol=1e-3).fit(features, labels, sample_weight=weights)


def _rows(model: LogisticRegression) -> Numbers:
    """Intercept and weights by label in the order of LABELS; a label that the fold lacks can't win."""
    classes = list(model.classes_)
    width = 1 + model.coef_.shape[1]
    absent = np.array([-30.0, *([0.0] * (width - 1))])
    rows = [
        np.hstack([model.intercept_[classes.index(k)], model.coef_[classes.index(k)]]) if k in classes else absent for k in LABELS
    ]
    return np.stack(rows)


def _rounded(matrix: Numbers) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(value), 4) for value in row) for row in matrix)


def _best(probabilities: Numbers) -> list[str]:
    return [LABELS[index] for index in probabilities.argmax(axis=1)]


if __name__ == "__main__":
    main()
