"""Makes the batches that the encoder's last layers are tuned on: questions of one sheet, with some of its facts left out."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.encoder import DIMENSIONS
from evals.facts.training import Source

States = Mapping[str, NDArray[np.float16]]
"""The hidden states of every text below the tuned layers, (tokens, 384)."""
QUESTIONS, UNKNOWN = 24, 12
QUESTION_TOKENS, FACT_TOKENS, ASKED_TOKENS = 32, 32, 24
FACT_STEP = 8
SHARE_ASKED, SHARE_UNKNOWN, SHARE_BARE, SHARE_THINNED, SHARE_HIDDEN = 0.35, 0.5, 0.5, 0.6, 0.2
Item = tuple[str, tuple[str, ...]]


class Texts(NamedTuple):
    """Hidden states (n, tokens, 384) below the tuned layers, which of them are tokens, and which of those are words."""

    hidden: Any
    mask: Any
    words: Any


class Batch(NamedTuple):
    """Questions of one sheet; `asked` and `unknown` are None for a sheet of bare facts.

    `asked_mask` and `unknown_mask` (questions, texts) are 0 where a text is missing or is the question itself.
    """

    questions: Texts
    facts: Texts
    asked: Texts | None
    asked_mask: Any
    unknown: Texts | None
    unknown_mask: Any
    held: Any
    gold: Any
    weight: Any


Others = tuple[Texts, NDArray[np.float32]]


def texts_of(source: Source) -> set[str]:
    """Every text of a source."""
    entries = source.holding.entries
    asked = {question for entry in entries for question in entry.questions}
    return asked | {entry.text for entry in entries} | set(source.holding.unknown) | {item.text for item in source.labelled}


def batches(sources: Sequence[Source], states: States, rng: random.Random) -> Iterator[Batch]:
    """One epoch: every labelled question, and a sample of the authored ones."""
    plan = [(source, group) for source in sources for group in _groups(source, rng)]
    rng.shuffle(plan)
    for source, group in plan:
        yield _batch(source, group, states, rng)


def _groups(source: Source, rng: random.Random) -> list[list[Item]]:
    items: list[Item] = [(item.text, item.gold) for item in source.labelled]
    items += [(q, (entry.id,)) for entry in source.holding.entries for q in entry.questions if rng.random() < SHARE_ASKED]
    items += [(question, ()) for question in source.holding.unknown if rng.random() < SHARE_UNKNOWN]
    rng.shuffle(items)
    return [items[first : first + QUESTIONS] for first in range(0, len(items), QUESTIONS)]


def _batch(source: Source, items: Sequence[Item], states: States, rng: random.Random) -> Batch:
    entries = source.holding.entries
    size = -(-len(entries) // FACT_STEP) * FACT_STEP
    questions = [text for text, _ in items]
    held = [entry.id for entry in entries]
    if rng.random() < SHARE_THINNED:
        held = rng.sample(held, len(held) - len(held) // rng.choice((2, 4, 8)))
    places = {entry.id: place for place, entry in enumerate(entries) if entry.id in set(held)}
    asked: Others | tuple[None, None] = (None, None)
    unknown: Others | tuple[None, None] = (None, None)
    if rng.random() >= SHARE_BARE:
        chosen = [rng.choice(entry.questions) if entry.questions and rng.random() >= SHARE_HIDDEN else None for entry in entries]
        asked = _others(chosen, questions, states, ASKED_TOKENS, size)
        few = rng.sample(source.holding.unknown, min(UNKNOWN, len(source.holding.unknown)))
        unknown = _others(few, questions, states, ASKED_TOKENS, UNKNOWN)
    return Batch(
        questions=_padded(questions, states, QUESTION_TOKENS, QUESTIONS),
        facts=_padded([entry.text for entry in entries], states, FACT_TOKENS, size),
        asked=asked[0],
        asked_mask=asked[1],
        unknown=unknown[0],
        unknown_mask=unknown[1],
        held=_marks([list(places.values())] * QUESTIONS, QUESTIONS, size),
        gold=_marks([[places[item] for item in gold if item in places] for _, gold in items], QUESTIONS, size),
        weight=np.array([float(row < len(items)) for row in range(QUESTIONS)], np.float32),
    )


def _others(texts: Sequence[str | None], questions: Sequence[str], states: States, tokens: int, size: int) -> Others:
    """Texts to compare with, and where they may be: not where they are missing, nor where they are the question itself."""
    allowed = [[place for place, text in enumerate(texts) if text is not None and text != question] for question in questions]
    return _padded(texts, states, tokens, size), _marks(allowed, QUESTIONS, size)


def _marks(rows: Sequence[Sequence[int]], height: int, width: int) -> NDArray[np.float32]:
    marks = np.zeros((height, width), np.float32)
    for row, places in enumerate(rows):
        marks[row, list(places)] = 1
    return marks


def _padded(texts: Sequence[str | None], states: States, tokens: int, size: int) -> Texts:
    """States cut to the last `tokens`: where a text is too long, its question stands at the end."""
    hidden = np.zeros((size, tokens, DIMENSIONS), np.float32)
    mask, words = np.zeros((size, tokens), np.float32), np.zeros((size, tokens), np.float32)
    mask[:, 0] = words[:, 0] = 1
    for row, text in enumerate(texts):
        if text is None:
            continue
        own = states[text]
        own = own if len(own) <= tokens else np.concatenate([own[:1], own[1 - tokens :]])
        hidden[row, : len(own)], mask[row, : len(own)] = own, 1
        words[row, : len(own)] = 1
        if len(own) > 2:
            words[row, [0, len(own) - 1]] = 0
    return Texts(hidden, mask, words)


def numpy_tree(parameters: Mapping[str, Any]) -> dict[str, NDArray[np.float32]]:
    """Parameters as a checkpoint names its tensors."""
    return {
        f"encoder.{layer}.{name}": np.asarray(value)
        for layer, own in parameters.items()
        if isinstance(own, dict)
        for name, value in own.items()
    }
