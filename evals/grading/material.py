"""Hears gold interviews once, with the answer that each claim comes from, for fitting the grader's parts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.encoder import SentenceEncoder
from agents.grader.attribution import pair_features
from agents.grader.heard import Heard, hear
from agents.grader.index import Array, RubricIndex
from agents.grader.room import areas_with_room, has_room, spoken_words
from evals.gold import Answer, Bank, GoldInterview

NONE, UNKNOWN = -1, -2
THINNED = 0.35
_MARKS = re.compile(r"(?<!\d)[.,;:!?]+|[.,;:!?]+(?!\d)")


class Material(NamedTuple):
    """One interview as heard: pair features, the column and level of the answer of each claim, and the columns to grade."""

    case: GoldInterview
    heard: Heard
    pairs: NDArray[np.float32]
    answered: NDArray[np.int64]
    depth: Array
    columns: tuple[int, ...]


def materials(
    cases: Sequence[GoldInterview], rubrics: Mapping[str, RubricIndex], encoder: SentenceEncoder, banks: Mapping[str, Bank]
) -> tuple[Material, ...]:
    """Every interview as material."""
    return tuple(_material(case, rubrics[case.scenario], encoder, banks.get(case.scenario)) for case in cases)


def as_speech(text: str) -> str:
    """What is left when nobody writes the punctuation down."""
    return _MARKS.sub("", text).lower()


def respoken(cases: Sequence[GoldInterview], change: Callable[[str], str] = as_speech) -> Iterator[GoldInterview]:
    """The same interviews with every candidate turn changed."""
    for case in cases:
        turns = tuple(
            turn.model_copy(update={"text": change(turn.text)}) if turn.speaker == "candidate" else turn for turn in case.turns
        )
        yield case.model_copy(update={"turns": turns})


def thinned(cases: Sequence[GoldInterview], banks: Mapping[str, Bank], seed: int = 5) -> Iterator[GoldInterview]:
    """The same interviews with a third of the answers left out; only what was left out has a level, and it is 0."""
    for number, case in enumerate(cases):
        rng = np.random.default_rng([seed, number])
        gone = [answer for answer in _spoken(case, banks[case.scenario]) if rng.random() < THINNED]
        turns = []
        for turn in case.turns:
            text = turn.text
            for answer in gone:
                text = text.replace(answer.text.strip(), "") if turn.speaker == "candidate" else text
            turns.append(turn.model_copy(update={"text": text.strip() or "Let me think about that."}))
        yield case.model_copy(update={"turns": tuple(turns), "levels": {answer.criterion: 0 for answer in gone}})


@lru_cache(maxsize=20_000)
def _speech_of(text: str) -> str:
    return as_speech(text)


def _spoken(case: GoldInterview, bank: Bank) -> list[Answer]:
    """The answers that an interview was composed of."""
    said = "\n".join(turn.text for turn in case.turns if turn.speaker == "candidate")
    return [item for item in bank.answers if case.levels.get(item.criterion) == item.level and item.text.strip() in said]


def _material(case: GoldInterview, index: RubricIndex, encoder: SentenceEncoder, bank: Bank | None) -> Material:
    heard = hear(case.turns, encoder)
    areas, said = areas_with_room(case.turns), spoken_words(case.turns)
    columns = tuple(
        column
        for column, item in enumerate(index.criteria)
        if item.criterion.id in case.levels and has_room(item.criterion, areas, said)
    )
    answered, depth = _sources(case, heard, index, bank)
    return Material(case, heard, pair_features(heard, index), answered, depth, columns)


def _sources(case: GoldInterview, heard: Heard, index: RubricIndex, bank: Bank | None) -> tuple[NDArray[np.int64], Array]:
    """The column of the answer that each claim is part of, and its level; NONE for talk without content."""
    answered, depth = np.full(len(heard.claims), UNKNOWN), np.zeros(len(heard.claims))
    if case.origin != "composed" or bank is None:
        return answered, depth
    columns = {item.criterion.id: column for column, item in enumerate(index.criteria)}
    turns = {turn.index: turn for turn in case.turns}
    spots: dict[int, list[tuple[int, int, Answer]]] = {}
    for row, claim in enumerate(heard.claims):
        turn = turns[claim.turn]
        if "question" in turn.acts:
            continue
        if claim.turn not in spots:
            spots[claim.turn] = list(_spots(turn.text, bank, columns))
        inside = [answer for start, end, answer in spots[claim.turn] if start <= claim.start < end]
        answered[row] = columns[inside[0].criterion] if inside else NONE
        depth[row] = inside[0].level if inside else 0
    return answered, depth


def _spots(text: str, bank: Bank, columns: Mapping[str, int]) -> Iterator[tuple[int, int, Answer]]:
    for answer in bank.answers:
        for spoken in (answer.text.strip(), _speech_of(answer.text.strip())):
            start = text.find(spoken)
            if start >= 0 and answer.criterion in columns:
                yield start, start + len(spoken), answer
                break
