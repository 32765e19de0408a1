"""Measures by whole sentences what a turn gave away: a row of named figures for facts, and one for the approach."""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.dialogue import words
from agents.encoder import SentenceEncoder, Vectors
from agents.guard.cues import CUES, cues
from agents.guard.draft import plain
from agents.guard.hidden import Hidden
from agents.guard.quantities import quantities, same
from agents.guard.said import Said, holds, stems_of
from agents.guard.vocabulary import Vocabulary
from evals.leakage.second.artefact import Artefact
from evals.leakage.second.bound import CONTEXT_FIGURES
from evals.leakage.second.index import Index, Scores

FACT_FEATURES = (
    "similarity", "centred", "overlap", "new_overlap", "new_mass", "number", "number_similarity", "number_overlap",
    "match", "in_context", "gained", "novel", "leading", "near_candidate", "assertion", "about_released", "said_share", *CUES,
)  # fmt: skip
APPROACH_FEATURES = (
    "named", "name_overlap", "name_similarity", "tell_similarity", "tell_overlap", "centred", "excess", "in_context",
    "gained", "novel", "leading", "near_candidate", "closed_novel", "said_share", "raised", "about_raised",
    "leading_unsaid",
    "own_suspect", *CUES,
)  # fmt: skip

MIN_WORDS = 3
RAISED_SIMILARITY = 0.62

Mask = NDArray[np.bool_]


class Evidence(NamedTuple):
    """Figures by feature, and the secret that they point at most (None if nothing is left to give away)."""

    figures: dict[str, float]
    suspect: Hidden | None
    how: str
    closeness: float = 0.0


class Pieces:
    """One draft, cut up, with what is measured on it whatever the secrets are."""

    def __init__(self, texts: Sequence[str], said: Said, encoder: SentenceEncoder, artefact: Artefact) -> None:
        self.texts = tuple(text for text in texts if words(text) >= MIN_WORDS)
        whole = " ".join(self.texts)
        self._encoder = encoder
        self._read_on = [f"{said.last} {whole}"] if said.last and whole else []
        self.vectors: Vectors = encoder.encode([*self.texts, whole] if len(self.texts) > 1 else self.texts)
        self.before: Vectors = encoder.encode([said.last] if said.last and whole else [])
        stems = frozenset(stems_of(whole))
        self.ordered = [stems_of(text) for text in self.texts]
        self.stems = stems
        self.new = stems - said.public
        self.unsaid = stems - said.candidate
        self.quantities = frozenset(one for one in quantities(whole) if not any(same(one, other) for other in said.quantities))
        novel = max((artefact.vocabulary.mass(set(row) - said.public) for row in self.ordered), default=0.0)
        leading = artefact.leading(self.vectors)
        mass = artefact.vocabulary.mass
        said_share = 1.0 - mass(self.unsaid) / (mass(stems) + 0.5) if stems else 1.0
        self.figures: dict[str, float] = {
            "novel": float(np.log1p(novel)),
            "leading": float(leading.max()) if len(leading) else 0.0,
            "near_candidate": _nearest(self.vectors, said.vectors),
            "said_share": said_share,
            "leading_unsaid": max(0.0, float(leading.max()) if len(leading) else 0.0) * (1.0 - said_share),
            **cues(self.texts),
        }

    @cached_property
    def in_context(self) -> Vectors:
        """The draft read on from the candidate's last sentence: no other draft has it, so it is new to the encoder."""
        return self._encoder.encode(self._read_on)


class Outline(NamedTuple):
    """Evidence but for the figures of context, with what it takes to add them."""

    evidence: Evidence
    before: Scores
    """How near the text before came to each secret that is hidden; empty where nothing came before."""
    in_context: Callable[[], Scores]
    """The same for the draft in its context."""

    @property
    def nearest_before(self) -> float | None:
        """How near the text before came to any; None where nothing came before, and there is no context to encode."""
        return float(self.before.max()) if len(self.before) else None

    def complete(self) -> Evidence:
        """The evidence with all its figures."""
        if self.evidence.suspect is None:
            return self.evidence
        now = self.in_context() if len(self.before) else np.zeros(1)
        gained = float((now - self.before).max()) if len(self.before) else 0.0
        return self.evidence._replace(figures=self.evidence.figures | {"in_context": float(now.max()), "gained": gained})


class FactEvidence:
    """Looks for undisclosed facts."""

    def __init__(self, facts: Sequence[Hidden], encoder: SentenceEncoder, vocabulary: Vocabulary) -> None:
        self._facts = tuple(facts)
        self._index = Index(facts, encoder, vocabulary)

    def measure(self, pieces: Pieces, heard: Sequence[str], released: frozenset[str]) -> Evidence:
        """The strongest evidence that the draft states a fact that is neither released nor said."""
        return self.outline(pieces, heard, released).complete()

    def outline(self, pieces: Pieces, heard: Sequence[str], released: frozenset[str]) -> Outline:
        """`measure` before the figures of context."""
        told = " ".join(map(plain, heard))
        hidden = np.array([fact.id not in released and plain(fact.tells[0]) not in told for fact in self._facts], bool)
        if not hidden.any() or not pieces.texts:
            return _nothing(FACT_FEATURES)
        similarity = self._index.similarity(pieces.vectors)[1]
        overlap = self._index.overlap(pieces.stems)[1]
        new_overlap = self._index.overlap(pieces.new)[1]
        number = np.array([_shared(pieces.quantities, fact.quantities) for fact in self._facts])
        rank = np.where(hidden, similarity + overlap + new_overlap + number * (0.3 + similarity + overlap), -1.0)
        row = int(rank.argmax())
        own = {
            "similarity": _top(similarity, hidden),
            "centred": _top(self._index.centred(pieces.vectors), hidden),
            "overlap": overlap[row],
            "new_overlap": _top(new_overlap, hidden),
            "new_mass": _top(self._index.shared_mass(pieces.new), hidden),
            "number": _top(number, hidden),
            "number_similarity": _top(number * similarity, hidden),
            "number_overlap": _top(number * overlap, hidden),
            "match": _top(similarity * overlap, hidden),
            "about_released": _margin(similarity + overlap, ~hidden, hidden),
            "assertion": pieces.figures["asserts"] * _top(similarity, hidden),
        }
        how = "stated" if number[row] else "paraphrased"
        found = Evidence(_row(FACT_FEATURES, own | pieces.figures), self._facts[row], how, _top(similarity, hidden))
        before = self._index.similarity(pieces.before)[1][hidden] if len(pieces.before) else np.zeros(0)
        return Outline(found, before, lambda: self._index.similarity(pieces.in_context)[1][hidden])


class ApproachEvidence:
    """Looks for hidden concepts that the candidate has not raised."""

    def __init__(self, concepts: Sequence[Hidden], encoder: SentenceEncoder, vocabulary: Vocabulary) -> None:
        self._concepts = tuple(concepts)
        self._index = Index(concepts, encoder, vocabulary)
        self._vocabulary = vocabulary
        self._raised_in = lru_cache(maxsize=2048)(self._raised_by)

    def measure(self, pieces: Pieces, said: Said) -> Evidence:
        """The strongest evidence that the draft names or implies a concept that the candidate has not raised."""
        return self.outline(pieces, said).complete()

    def outline(self, pieces: Pieces, said: Said) -> Outline:
        """`measure` before the figures of context."""
        own_names, own_tells = self._index.similarity(said.vectors)
        hidden = ~(self._raised(said) | (own_names >= RAISED_SIMILARITY))
        if not hidden.any() or not pieces.texts:
            return _nothing(APPROACH_FEATURES)
        names, tells = self._index.similarity(pieces.vectors)
        name_overlap, tell_overlap = self._index.overlap(pieces.unsaid)
        name_overlap_all = np.maximum(*self._index.overlap(pieces.stems))
        named = self._named(pieces)
        both = np.maximum(names, tells)
        rank = np.where(hidden, named + both + 0.5 * np.maximum(name_overlap, tell_overlap), -1.0)
        row = int(rank.argmax())
        own = {
            "named": _top(named, hidden),
            "name_overlap": _top(name_overlap, hidden),
            "name_similarity": _top(names, hidden),
            "tell_similarity": _top(tells, hidden),
            "tell_overlap": _top(tell_overlap, hidden),
            "centred": _top(self._index.centred(pieces.vectors), hidden),
            "excess": max(0.0, _top(both - np.maximum(own_names, own_tells), hidden)),
            "own_suspect": np.maximum(own_names, own_tells)[row],
            "raised": float(both[~hidden].max()) if not hidden.all() else 0.0,
            "about_raised": _margin(both + name_overlap_all, ~hidden, hidden),
            "closed_novel": pieces.figures["closed"] * pieces.figures["novel"],
        }
        how = "named" if named[row] else "implied"
        found = Evidence(_row(APPROACH_FEATURES, own | pieces.figures), self._concepts[row], how, _top(tells, hidden))
        before = np.maximum(*self._index.similarity(pieces.before))[hidden] if len(pieces.before) else np.zeros(0)
        return Outline(found, before, lambda: np.maximum(*self._index.similarity(pieces.in_context))[hidden])

    def _named(self, pieces: Pieces) -> Scores:
        """How telling the most telling name of each concept is that stands in a piece, 0 to 1."""
        return np.array([max(map(self._weight, _names_in(item, pieces)), default=0.0) for item in self._concepts])

    def _weight(self, name: tuple[str, ...]) -> float:
        return min(1.0, self._vocabulary.mass(name))

    def _raised(self, said: Said) -> Mask:
        turns = [self._raised_in(turn) for turn in said.candidate_turns]
        return np.any(turns, axis=0) if turns else np.zeros(len(self._concepts), bool)

    def _raised_by(self, turn: tuple[str, ...]) -> Mask:
        """Which concepts one turn of the candidate names."""
        stems = frozenset(turn)
        return np.array([any(_raises(name, turn, stems) for name in item.name_terms) for item in self._concepts], bool)


def _names_in(item: Hidden, pieces: Pieces) -> list[tuple[str, ...]]:
    return [name for name in item.name_terms if any(holds(name, stems) for stems in pieces.ordered)]


def _raises(name: tuple[str, ...], turn: tuple[str, ...], stems: frozenset[str]) -> bool:
    return stems.issuperset(name) and (len(name) > 1 or holds(name, turn))


def _shared(new: frozenset[str], known: frozenset[str]) -> float:
    """1 if a telling quantity is in both, 0.5 if only a small one is, else 0."""
    return max((same(one, other) for one in new for other in known), default=0.0)


def _nearest(vectors: Vectors, others: Vectors) -> float:
    return float((vectors @ others.T).max()) if len(vectors) and len(others) else 0.0


def _top(values: Scores, chosen: Mask) -> float:
    return float(values[chosen].max())


def _margin(values: Scores, open_: Mask, hidden: Mask) -> float:
    """By how much the best of what may be talked about lies above the best of what may not; 0 if all is hidden."""
    return float(values[open_].max() - values[hidden].max()) if open_.any() else 0.0


def _row(features: Sequence[str], figures: dict[str, float]) -> dict[str, float]:
    return {name: float(figures[name]) for name in features if name not in CONTEXT_FIGURES}


def _nothing(features: Sequence[str]) -> Outline:
    """Nothing is left to give away, or nothing was said."""
    return Outline(Evidence(dict.fromkeys(features, 0.0), None, ""), np.zeros(0), lambda: np.zeros(0))
