"""A fact sheet made ready to be searched: vectors, word statistics and kinds for every fact, computed once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.encoder import BM25, SentenceEncoder, Vectors, terms
from agents.facts.contrast import Sides, sides
from agents.facts.cues import content, names, stated
from agents.facts.needs import gives, numbered
from agents.facts.tokens import PieceEncoder
from agents.facts.top import TopRecord
from scenarios.facts import FactSheet


class Entry(NamedTuple):
    """One fact as the selector sees it; topic and questions may be empty."""

    id: str
    text: str
    topic: str = ""
    questions: tuple[str, ...] = ()


class Holding(NamedTuple):
    """All that a selector may know: the facts, and questions that the sheet can't answer."""

    entries: tuple[Entry, ...]
    unknown: tuple[str, ...] = ()

    @classmethod
    def of(cls, sheet: FactSheet) -> "Holding":
        """The holding that a fact sheet describes."""
        entries = tuple(Entry(fact.id, fact.text, fact.topic, fact.questions) for fact in sheet.facts)
        return cls(entries, tuple(question for topic in sheet.unknown for question in topic.questions))


@dataclass(frozen=True)
class SheetIndex:
    """Everything about a holding that does not depend on the question."""

    entries: tuple[Entry, ...]
    facts: Vectors
    topics: Vectors
    questions: Vectors
    owner: NDArray[np.intp]
    unknown: Vectors
    plain: BM25
    full: BM25
    own_words: tuple[frozenset[str], ...]
    all_words: tuple[frozenset[str], ...]
    vocabulary: frozenset[str]
    kinds: tuple[frozenset[str], ...]
    names: frozenset[str]
    sides: tuple[Sides, ...]
    all_sides: tuple[Sides, ...]
    numbered: tuple[frozenset[str], ...]
    gives: tuple[frozenset[str], ...]
    hub: NDArray[np.float64]
    pieces: NDArray[np.float32]
    starts: NDArray[np.intp]
    tuned: NDArray[np.float32]
    tuned_starts: NDArray[np.intp]
    tuned_wholes: NDArray[np.float32]
    scale: TopRecord

    @classmethod
    def build(cls, holding: Holding, encoder: SentenceEncoder, pieces: PieceEncoder) -> "SheetIndex":
        """Index a holding; with a CachedEncoder its vectors are kept on disk by content."""
        entries = holding.entries
        asks = [(row, question) for row, entry in enumerate(entries) for question in entry.questions]
        texts = [entry.text for entry in entries]
        topics = [entry.topic or entry.text for entry in entries]
        vectors = _encode(encoder, [*texts, *topics, *(question for _, question in asks), *holding.unknown])
        ends = np.cumsum([len(entries), len(entries), len(asks), len(holding.unknown)])
        joined = [" ".join((entry.topic, entry.text, *entry.questions)) for entry in entries]
        corpus = pieces.encode_corpus([*texts, *(question for _, question in asks), *holding.unknown])
        near = (vectors[: ends[0]] @ vectors[: ends[0]].T).astype(np.float64)
        own = [frozenset(content(f"{entry.topic} {entry.text}")) for entry in entries]
        full = [frozenset(content(text)) for text in joined]
        return cls(
            entries=entries,
            facts=vectors[: ends[0]],
            topics=vectors[ends[0] : ends[1]],
            questions=vectors[ends[1] : ends[2]],
            owner=np.array([row for row, _ in asks], dtype=np.intp),
            unknown=vectors[ends[2] :],
            plain=BM25([terms(f"{entry.topic} {entry.text}") for entry in entries]),
            full=BM25([terms(text) for text in joined]),
            own_words=tuple(own),
            all_words=tuple(full),
            vocabulary=frozenset[str]().union(*full),
            kinds=tuple(stated(entry.text) for entry in entries),
            names=frozenset[str]().union(*(names(text) for text in joined)),
            sides=tuple(map(sides, texts)),
            all_sides=tuple(map(sides, joined)),
            numbered=tuple(map(numbered, texts)),
            gives=tuple(map(gives, texts)),
            hub=(near.sum(axis=1) - 1) / max(len(near) - 1, 1),
            pieces=np.concatenate(corpus.rows),
            starts=_starts(corpus.rows),
            tuned=np.concatenate([item.rows for item in corpus.tuned]),
            tuned_starts=_starts([item.rows for item in corpus.tuned]),
            tuned_wholes=np.stack([item.whole for item in corpus.tuned]),
            scale=pieces.scale,
        )


def _starts(rows: Sequence[NDArray[np.float32]]) -> NDArray[np.intp]:
    return np.cumsum([0, *(len(item) for item in rows[:-1])]).astype(np.intp)


def _encode(encoder: SentenceEncoder, texts: Sequence[str]) -> Vectors:
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return encoder.encode_corpus(texts, f"facts-{digest}")
