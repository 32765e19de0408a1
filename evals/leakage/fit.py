"""Fits the guard on labelled turns and writes agents/guard/model.json: `python -m evals.leakage.fit`."""

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.encoder import SentenceEncoder, packaged_encoder, terms
from agents.guard.artefact import FILE, Artefact, Direction, Linear, Softmax, Style
from agents.guard.evidence import BROUGHT_UP_FEATURES, SECRET_FEATURES, TOPIC_FEATURES, Rows
from agents.guard.hidden import HiddenKind, hidden_of
from agents.guard.reading import Reader, packaged_reader
from agents.guard.scorer import KINDS, TURN_FEATURES, Measured, Scorer, about_rows, turn_figures
from evals.leakage.cases import (
    SOURCES,
    Case,
    authored_cases,
    chatty,
    library_cases,
    neutral_lines,
    phrase_lines,
)
from evals.leakage.quality import FALSE_BLOCKS, recall_at, released_in
from evals.leakage.regressions import direction, linear, softmax, style
from scenarios.loader import LIBRARY, library_ids, load
from scenarios.scenario import Scenario

OUTER, INNER = 5, 4
EVERY = 4
"""Of the library's own cases but the neutral lines, one in so many is used."""
LIBRARY_WEIGHT, NEUTRAL_WEIGHT = 0.15, 1.0
NEAREST = 6
"""How many of the nearest secrets of a harmless turn count as examples of secrets that it does not give away."""


RAISED = ("already_raised", "raised")
OWN_WORDS = ("quoted_own_words", "own")


class Row(NamedTuple):
    """A case with what was measured on it."""

    case: Case
    measured: Measured


class Example(NamedTuple):
    """One secret of a turn, by its row, as an example to learn from."""

    secret: int
    label: bool
    weight: float


Choose = Callable[[Row, Rows, int | None], Iterable[Example]]


def main() -> None:
    """Cross-validate by scenario, print the figures, fit on everything and write the artefact."""
    scenarios = {name: load(LIBRARY / name) for name in library_ids(LIBRARY)}
    rows = measure(cases(scenarios), scenarios, packaged_encoder(), packaged_reader())
    artefact, report = fit(rows, plain_words(scenarios))
    sys.stdout.write(report + "\n")
    FILE.write_text(artefact.model_dump_json(indent=None) + "\n", encoding="utf-8")


def cases(scenarios: Mapping[str, Scenario]) -> list[Case]:
    """The authored turns, all neutral lines and a share of what else the library gives, some with small talk around them."""
    found = list(authored_cases(scenarios))
    for scenario in scenarios.values():
        neutral = frozenset((*neutral_lines(scenario), *phrase_lines()))
        given = enumerate(library_cases(scenario))
        found += [case for number, case in given if case.draft in neutral or number % EVERY == 0]
    return found + [chatty(case, number) for number, case in enumerate(found) if number % 5 == 0]


def fit(rows: Sequence[Row], plain: dict[str, int]) -> tuple[Artefact, str]:
    """The artefact of all rows, its threshold taken from rows of scenarios that the fit had not seen."""
    held_out = np.zeros(len(rows))
    for inside in folds(rows, OUTER):
        seen = [row for row, out in zip(rows, inside, strict=True) if not out]
        fitted = _fit(seen, plain)
        held_out[inside] = [leak_score(row.measured, fitted) for row, out in zip(rows, inside, strict=True) if out]
    harmless = np.array([row.case.authored and row.case.kind == "none" for row in rows])
    threshold = float(np.quantile(held_out[harmless], 1 - FALSE_BLOCKS, method="higher"))
    counts = Counter(row.case.kind for row in rows)
    training = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()
    update = {"threshold": round(threshold, 4), "training_n": dict(counts), "training_sha256": training}
    return _fit(rows, plain).model_copy(update=update), figures(rows, held_out)


def leak_score(measured: Measured, artefact: Artefact) -> float:
    """The chance that a measured draft leaks anything."""
    about = {kind: about_rows(rows, artefact, kind) for kind, rows in measured.rows.items()}
    return sum(artefact.turn.probabilities(turn_figures(measured, about, artefact), measured.rows).values())


def measure(chosen: Sequence[Case], scenarios: Mapping[str, Scenario], encoder: SentenceEncoder, reader: Reader) -> list[Row]:
    """What the guard measures on every case that says something of its own."""
    blank = blank_artefact(plain_words(scenarios))
    rows = []
    for name, group in groupby(sorted(chosen, key=lambda case: case.scenario), key=lambda case: case.scenario):
        scenario = scenarios[name]
        scorer = Scorer(hidden_of(scenario.facts, scenario.reference), encoder, reader, blank)
        for case in group:
            measured = scorer.measure(case.draft, case.context, released_in(case.context, scenario), case.without)
            if measured is not None:
                rows.append(Row(case=case, measured=measured))
    return rows


def folds(rows: Sequence[Row], count: int) -> list[NDArray[np.bool_]]:
    """Scenarios whole, dealt out in a fixed order."""
    names = sorted({row.case.scenario for row in rows})
    order = np.random.default_rng(count).permutation(len(names))
    own = np.array([row.case.scenario for row in rows])
    return [np.isin(own, [names[number] for number in order[start::count]]) for start in range(count)]


def plain_words(scenarios: Mapping[str, Scenario]) -> dict[str, int]:
    """In how many neutral lines each stem stands."""
    lines = [*(line for scenario in scenarios.values() for line in neutral_lines(scenario)), *phrase_lines()]
    return dict(sorted(Counter(stem for line in lines for stem in set(terms(line))).items()))


def blank_artefact(plain: dict[str, int]) -> Artefact:
    """An artefact that has learnt nothing but which words are plain."""
    return Artefact(
        training_sha256="",
        training_n={},
        plain_words=plain,
        style=Style(function_words=(), weights={}, bias=0.0),
        leading={kind: Direction(weights=(), bias=0.0) for kind in KINDS},
        about={kind: Linear(features=(), weights=(), bias=0.0) for kind in KINDS},
        topic=Linear(features=(), weights=(), bias=0.0),
        brought_up=Linear(features=(), weights=(), bias=0.0),
        turn=Softmax(features=(), weights={}, bias={}),
        threshold=0.5,
    )


def _fit(rows: Sequence[Row], plain: dict[str, int]) -> Artefact:
    """Two stages: scores of parts, then the turn as a whole from scores that come from a fit without its scenario."""
    table = np.zeros((len(rows), len(TURN_FEATURES)))
    for inside in folds(rows, INNER):
        first = _stage_one([row for row, out in zip(rows, inside, strict=True) if not out], plain)
        table[inside] = [_turn_row(row, first) for row, out in zip(rows, inside, strict=True) if out]
    turn = softmax(table, [row.case.kind for row in rows], weights_of(rows), TURN_FEATURES)
    return _stage_one(rows, plain).model_copy(update={"turn": turn})


def _turn_row(row: Row, artefact: Artefact) -> list[float]:
    about = {kind: about_rows(rows, artefact, kind) for kind, rows in row.measured.rows.items()}
    found = turn_figures(row.measured, about, artefact)
    return [found[name] for name in TURN_FEATURES]


def _stage_one(rows: Sequence[Row], plain: dict[str, int]) -> Artefact:
    leaks = np.array([row.case.kind != "none" for row in rows])
    weights = weights_of(rows)
    found = blank_artefact(plain)
    leading, about = {}, {}
    for kind in KINDS:
        chosen = [number for number, row in enumerate(rows) if row.case.kind in (kind, "none")]
        vectors = np.array([rows[number].measured.draft.reading.parts[0] for number in chosen])
        leading[kind] = direction(vectors, leaks[chosen], weights[chosen])
        about[kind] = linear(*_about_table(rows, weights, kind), SECRET_FEATURES[kind])
    learnt = {
        "style": style([row.measured.draft.text for row in rows], leaks, weights),
        "leading": leading,
        "about": about,
        "topic": linear(*_examples(rows, weights, _topics, TOPIC_FEATURES), TOPIC_FEATURES),
        "brought_up": linear(*_examples(rows, weights, _brought_up, BROUGHT_UP_FEATURES), BROUGHT_UP_FEATURES),
    }
    return found.model_copy(update=learnt)


def _topics(row: Row, found: Rows, target: int | None) -> Iterable[Example]:
    """A turn about a concept, whoever brought it up, and concepts that a harmless turn on other matters comes near."""
    near = np.argsort(-found.figures["near"], kind="stable").tolist()
    if target is not None and (row.case.kind == "approach" or row.case.sort in RAISED):
        yield Example(target, label=True, weight=1.0)
    elif row.case.kind == "none" and row.case.sort not in (*RAISED, *OWN_WORDS):
        authored = row.case.authored
        yield from (Example(number, label=False, weight=1.0) for number in near[: 3 if authored else 2])


def _brought_up(row: Row, found: Rows, target: int | None) -> Iterable[Example]:
    """What the candidate had raised in any words, what a leak gave away, and concepts that they had only come near."""
    if target is not None and row.case.sort in RAISED:
        yield Example(target, label=True, weight=2.0)
    elif target is not None and row.case.kind == "approach":
        yield Example(target, label=False, weight=1.0)
    if row.case.authored:
        near = [number for number in np.argsort(-found.figures["tell_heard"], kind="stable").tolist() if number != target]
        yield from (Example(number, label=False, weight=0.3) for number in near[2:5])


def _examples(
    rows: Sequence[Row], weights: NDArray[np.float64], chosen: Choose, features: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """The chosen concepts of every turn as a table, with labels and weights."""
    tables, labels, weighted = [], [], []
    for row, weight in zip(rows, weights, strict=True):
        found = row.measured.rows.get("approach")
        if found is None:
            continue
        ids = [secret.id for secret in found.secrets]
        target = ids.index(row.case.target) if row.case.target in ids else None
        examples = list(chosen(row, found, target))
        tables.append(found.table(features)[[example.secret for example in examples]])
        labels += [example.label for example in examples]
        weighted += [weight * example.weight for example in examples]
    return np.concatenate(tables), np.array(labels, bool), np.array(weighted)


def _about_table(
    rows: Sequence[Row], weights: NDArray[np.float64], kind: HiddenKind
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """One row for the secret that a leak gives away, and some for those that a harmless turn comes near."""
    tables, labels, weighted = [], [], []
    for row, weight in zip(rows, weights, strict=True):
        found = row.measured.rows.get(kind)
        if found is None or row.case.kind not in (kind, "none"):
            continue
        if row.case.kind == "none":
            chosen = np.argsort(-found.figures["near"], kind="stable")[:NEAREST].tolist()
        else:
            chosen = [number for number, secret in enumerate(found.secrets) if secret.id == row.case.target]
        tables.append(found.table(SECRET_FEATURES[kind])[chosen])
        labels += [row.case.kind == kind] * len(chosen)
        weighted += [weight * (1.5 if row.case.kind == kind else 1.0)] * len(chosen)
    return np.concatenate(tables), np.array(labels, bool), np.array(weighted)


def weights_of(rows: Sequence[Row]) -> NDArray[np.float64]:
    """An authored turn, with its context, counts for more than a line of the library."""
    given = {"none": NEUTRAL_WEIGHT, "fact": LIBRARY_WEIGHT, "approach": LIBRARY_WEIGHT}
    return np.array([1.0 if row.case.authored else given[row.case.kind] for row in rows])


def figures(rows: Sequence[Row], held_out: NDArray[np.float64]) -> str:
    """Cross-validated figures of each source in one line."""
    lines = []
    for source in sorted({row.case.source for row in rows}):
        chosen = np.array([row.case.source == source for row in rows])
        labels = np.array([row.case.kind != "none" for row in rows])[chosen]
        lines.append(f"{source}: n={len(labels)}, {_quality(labels, held_out[chosen])}")
    return "\n".join(lines)


def _quality(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> str:
    above = (scores[labels][:, None] > scores[~labels]).mean() + 0.5 * (scores[labels][:, None] == scores[~labels]).mean()
    return f"AUROC {above:.3f}, recall {recall_at(labels, scores):.3f} at {FALSE_BLOCKS:.0%} false blocks"


if __name__ == "__main__":
    main()
