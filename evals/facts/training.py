"""Makes the questions to fit on, each held against sheets with all, some and none of their authored questions."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from agents.encoder import SentenceEncoder
from agents.facts.features import Asked, Numbers, pair_features
from agents.facts.index import Entry, Holding, SheetIndex
from agents.facts.tokens import PieceEncoder
from agents.router.segments import segment
from evals.facts.cases import MULTI, NOT_FACTS, Case, Sheet
from scenarios.facts import FactSheet

REGIMES = ("all", "some", "none")
REMOVED = 12
HELD_BACK = 8
SIZES = (3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30)


class Question(NamedTuple):
    """A question with the ids of the facts that answer it; none if the holding does not."""

    text: str
    gold: tuple[str, ...]


class Source(NamedTuple):
    """One sheet to fit on: what it holds, its unknown questions by topic, and labelled questions that stand alone."""

    name: str
    holding: Holding
    unknown: tuple[tuple[str, ...], ...]
    labelled: tuple[Question, ...]

    @classmethod
    def of_scenario(cls, name: str, sheet: FactSheet, cases: Sequence[Case]) -> "Source":
        """A scenario of the library with the labelled questions of its own among `cases`."""
        own = [case for case in cases if case.scenario == name]
        return cls(name, Holding.of(sheet), tuple(topic.questions for topic in sheet.unknown), tuple(_labelled(own)))

    @classmethod
    def of_sheet(cls, name: str, sheet: Sheet) -> "Source":
        """A sheet written down by itself; its facts are named by their places."""
        asks = sheet.asks or ((),) * len(sheet.facts)
        entries = tuple(Entry(str(place), text, "", own) for place, (text, own) in enumerate(zip(sheet.facts, asks, strict=True)))
        labelled = tuple(Question(case["q"], tuple(map(str, case["gold"]))) for case in sheet.cases)
        return cls(name, Holding(entries, sheet.unknown), tuple((question,) for question in sheet.unknown), labelled)


class Row(NamedTuple):
    """One question held against one sheet."""

    scenario: str
    held: Asked
    pairs: Numbers
    gold: frozenset[int]
    text: str


def rows(source: Source, encoder: SentenceEncoder, pieces: PieceEncoder) -> Iterator[Row]:
    """Training rows of a source; deterministic."""
    for holding, questions in _views(source, random.Random(source.name)):
        index = SheetIndex.build(holding, encoder, pieces)
        for question in questions:
            yield _row(source.name, question, index, pieces)


def digest(training: Sequence[Row]) -> str:
    """Hash of every text and label, in order."""
    lines = (f"{row.scenario}\t{row.text}\t{sorted(row.gold)}\t{len(row.pairs)}" for row in training)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _row(scenario: str, question: Question, index: SheetIndex, pieces: PieceEncoder) -> Row:
    held = Asked(question.text, pieces.encode(question.text), index)
    places = {entry.id: row for row, entry in enumerate(index.entries)}
    return Row(scenario, held, pair_features(held), frozenset(places[item] for item in question.gold), question.text)


def _views(source: Source, rng: random.Random) -> Iterator[tuple[Holding, Sequence[Question]]]:
    for regime in REGIMES:
        holding = _thinned(source.holding, regime, rng)
        yield holding, source.labelled
        yield _without_facts(holding, source.labelled, rng)
        for size in rng.sample(SIZES, 3):
            yield _small(holding, source.labelled, min(size, len(holding.entries)), rng)
        for number in (0, 3):
            reduced, questions = _held_back(source, number, rng)
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


def _held_back(source: Source, number: int, rng: random.Random) -> tuple[Holding, list[Question]]:
    """The sheet without the authored questions that are now asked, without some unknown topics and facts."""
    gone = set(rng.sample([entry.id for entry in source.holding.entries], HELD_BACK)) if number else set()
    questions: list[Question] = []
    entries: list[Entry] = []
    for entry in source.holding.entries:
        if not entry.questions:
            continue
        chosen = entry.questions[number % len(entry.questions)]
        questions.append(Question(chosen, () if entry.id in gone else (entry.id,)))
        if entry.id not in gone:
            entries.append(entry._replace(questions=tuple(item for item in entry.questions if item != chosen)))
    unknown: list[str] = []
    for place, topic in enumerate(source.unknown):
        if (place + number) % 3 == 0:
            questions += [Question(item, ()) for item in topic]
        else:
            unknown += topic
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
