"""Makes the questions to fit on, each held against sheets with all, some and none of their authored questions."""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.encoder import SentenceEncoder
from agents.facts.features import Asked, Numbers, pair_features
from agents.facts.index import Entry, Holding, SheetIndex
from agents.facts.tokens import PieceEncoder
from agents.router.segments import segment
from evals.facts.cases import MULTI, NOT_FACTS, Case
from scenarios.facts import FactSheet

REGIMES = ("all", "some", "none")
REMOVED = 12
HELD_BACK = 8
SIZES = (3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30)


class Question(NamedTuple):
    """A question with the ids of the facts that answer it; none if the holding does not."""

    text: str
    gold: tuple[str, ...]


class Row(NamedTuple):
    """One question held against one sheet."""

    scenario: str
    held: Asked
    pairs: Numbers
    gold: frozenset[int]
    text: str


def rows(sheets: Mapping[str, FactSheet], cases: Sequence[Case], encoder: SentenceEncoder, pieces: PieceEncoder) -> Iterator[Row]:
    """Training rows of every scenario in `sheets`; deterministic."""
    for scenario, sheet in sheets.items():
        rng = random.Random(scenario)
        own = [case for case in cases if case.scenario == scenario]
        for holding, questions in _views(sheet, own, rng):
            index = SheetIndex.build(holding, encoder, pieces)
            for question in questions:
                yield _row(scenario, question, index, pieces)


def digest(training: Sequence[Row]) -> str:
    """Hash of every text and label, in order."""
    lines = (f"{row.scenario}\t{row.text}\t{sorted(row.gold)}\t{len(row.pairs)}" for row in training)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _row(scenario: str, question: Question, index: SheetIndex, pieces: PieceEncoder) -> Row:
    held = Asked(question.text, pieces.encode(question.text), index)
    places = {entry.id: row for row, entry in enumerate(index.entries)}
    return Row(scenario, held, pair_features(held), frozenset(places[item] for item in question.gold), question.text)


def _views(sheet: FactSheet, cases: Sequence[Case], rng: random.Random) -> Iterator[tuple[Holding, list[Question]]]:
    full = Holding.of(sheet)
    labelled = _labelled(cases)
    for regime in REGIMES:
        holding = _thinned(full, regime, rng)
        yield holding, labelled
        yield _without_facts(holding, labelled, rng)
        for size in rng.sample(SIZES, 3):
            yield _small(holding, labelled, size, rng)
        for number in (0, 3):
            reduced, questions = _held_back(sheet, number, rng)
            yield _thinned(reduced, regime, rng), questions


def _labelled(cases: Sequence[Case]) -> list[Question]:
    """Labelled questions that stand alone; of a long one its last sentence too."""
    found: list[Question] = []
    for case in cases:
        if case.kind in NOT_FACTS | MULTI or case.kind == "followup":
            continue
        found.append(Question(case.question, case.gold))
        sentences = segment(case.question)
        if case.kind == "long" and len(sentences) > 1:
            found[-1] = Question(sentences[-1].text, case.gold)
    return found


def _without_facts(holding: Holding, labelled: Sequence[Question], rng: random.Random) -> tuple[Holding, list[Question]]:
    """The sheet without some facts, and the questions that it therefore no longer answers."""
    gone = set(rng.sample([entry.id for entry in holding.entries], min(REMOVED, len(holding.entries) - 1)))
    left = Holding(tuple(entry for entry in holding.entries if entry.id not in gone), holding.unknown)
    return left, [Question(item.text, ()) for item in labelled if item.gold and set(item.gold) <= gone]


def _small(holding: Holding, labelled: Sequence[Question], size: int, rng: random.Random) -> tuple[Holding, list[Question]]:
    """A few of the facts, the questions that they answer, and as many that they do not: sheets come in all sizes."""
    kept = rng.sample(holding.entries, size)
    ids = {entry.id for entry in kept}
    answered = [item for item in labelled if item.gold and set(item.gold) <= ids]
    others = [Question(item.text, ()) for item in labelled if not set(item.gold) & ids]
    return Holding(tuple(kept), holding.unknown), answered + rng.sample(others, min(len(others), len(answered)))


def _held_back(sheet: FactSheet, number: int, rng: random.Random) -> tuple[Holding, list[Question]]:
    """The sheet without the authored questions that are now asked, without some unknown topics and facts."""
    gone = set(rng.sample([fact.id for fact in sheet.facts], HELD_BACK)) if number else set()
    questions: list[Question] = []
    entries: list[Entry] = []
    for fact in sheet.facts:
        if not fact.questions:
            continue
        chosen = fact.questions[number % len(fact.questions)]
        questions.append(Question(chosen, () if fact.id in gone else (fact.id,)))
        if fact.id not in gone:
            entries.append(Entry(fact.id, fact.text, fact.topic, tuple(item for item in fact.questions if item != chosen)))
    unknown: list[str] = []
    for place, topic in enumerate(sheet.unknown):
        if (place + number) % 3 == 0:
            questions += [Question(item, ()) for item in topic.questions]
        else:
            unknown += topic.questions
    return Holding(tuple(entries), tuple(unknown)), questions


def _thinned(holding: Holding, regime: str, rng: random.Random) -> Holding:
    """The holding with all, some or none of its authored questions, topics and unknown topics."""
    if regime == "all":
        return holding
    entries = []
    topics = regime == "some" and rng.random() < 0.5
    for entry in holding.entries:
        kept = rng.sample(entry.questions, min(rng.choice((0, 0, 1, 2, 3)), len(entry.questions))) if regime == "some" else []
        entries.append(entry._replace(questions=tuple(kept), topic=entry.topic if topics else ""))
    unknown = () if regime == "none" or rng.random() < 0.5 else tuple(item for item in holding.unknown if rng.random() < 0.5)
    return Holding(tuple(entries), unknown)


def stack(training: Sequence[Row]) -> tuple[Numbers, Numbers]:
    """All pairs of all rows: features and 0/1 labels."""
    features = np.concatenate([row.pairs for row in training])
    labels = np.concatenate([[float(place in row.gold) for place in range(len(row.pairs))] for row in training])
    return features, labels
