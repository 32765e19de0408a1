"""Measures what a draft would give away: figures of the draft as a whole, and a row of figures for each secret."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from agents.dialogue import Transcript, words
from agents.encoder import Vectors
from agents.guard.cues import CUES, cues
from agents.guard.draft import STAND_IN, own_pieces, plain
from agents.guard.hidden import Hidden, HiddenKind
from agents.guard.index import Index, Scores, Stems
from agents.guard.quantities import quantities, same
from agents.guard.reading import EMPTY, Reader, Reading, tells
from agents.guard.said import Said, holds, stems_of
from agents.guard.vocabulary import Vocabulary

MIN_WORDS = 3
FRESHEST = 3

DRAFT_FEATURES = (
    "novelty", "novelty_top", "novelty_sum", "length", "content", "near_last", "near", "clause_far", "said_share", "novel",
    "new_mass", "quoted", *CUES,
)  # fmt: skip
_COMPARED = ("cos", "late", "gain", "share", "share_all", "heard", "heard_late", "heard_share")
_SECRET = (
    "raised", "named", *(f"tell_{name}" for name in _COMPARED), "mass", "centred", "both_gain", "near", "near_over",
    "near_margin", "late_over", "contrast", "heard_over", "near_raised", "near_heard", "squared", "unsaid_mass",
)  # fmt: skip
SECRET_FEATURES: dict[HiddenKind, tuple[str, ...]] = {
    "approach": (*_SECRET, *(f"name_{name}" for name in _COMPARED)),
    "fact": (*_SECRET, "number", "number_cos", "number_late", "number_alone"),
}
BROUGHT_UP_FEATURES = (
    "raised", "name_heard", "tell_heard", "name_heard_late", "tell_heard_late", "name_heard_share", "tell_heard_share",
    "heard_over",
)  # fmt: skip
TOPIC_FEATURES = (
    "near", "near_over", "near_margin", "name_cos", "tell_cos", "name_late", "tell_late", "late_over", "centred",
    "name_share_all", "tell_share_all", "named", "mass",
)  # fmt: skip


class Draft(NamedTuple):
    """What a draft adds of its own, read once, and the figures that hold whatever the secrets are."""

    text: str
    reading: Reading
    last: Reading
    stems: Stems
    clauses: tuple[tuple[str, ...], ...]
    quantities: frozenset[str]
    figures: dict[str, float]


class Rows(NamedTuple):
    """A row of figures, by feature, for each secret of one kind that is still hidden."""

    secrets: tuple[Hidden, ...]
    figures: dict[str, Scores]

    def table(self, features: Sequence[str]) -> Scores:
        """Shape (secrets, features)."""
        return np.stack([self.figures[name] for name in features], axis=1)


def read_draft(draft: str, transcript: Transcript, said: Said, reader: Reader, vocabulary: Vocabulary) -> Draft | None:
    """None if the draft says too little of its own to give anything away."""
    texts = own_pieces(draft, transcript)
    text = " ".join(texts)
    if words(text) < MIN_WORDS:
        return None
    reading = reader.read(text)
    last = reader.read(said.recent) if said.recent else EMPTY
    stems = frozenset(stems_of(text))
    found = Draft(
        text=text,
        reading=reading,
        last=last,
        stems=Stems(stems, stems - said.candidate, said.candidate),
        clauses=tuple(stems_of(part) for part in texts),
        quantities=frozenset(one for one in quantities(text) if not any(same(one, other) for other in said.quantities)),
        figures={},
    )
    quoted = float("“" in draft and STAND_IN in text)
    return found._replace(figures=_draft_figures(found, said, vocabulary) | {"quoted": quoted} | cues(texts))


def _draft_figures(draft: Draft, said: Said, vocabulary: Vocabulary) -> dict[str, float]:
    reading, last = draft.reading, draft.last
    content = np.array([tells(piece) for piece in reading.pieces], bool)
    known = (reading.rows @ last.rows.T).max(axis=1) if len(last.rows) else np.zeros(len(reading.rows))
    fresh = np.sort(1.0 - known[content].astype(float)) if content.any() else np.zeros(1)
    near = (reading.parts @ said.vectors.T).max(axis=1) if len(said.vectors) else np.zeros(len(reading.parts))
    mass = vocabulary.mass
    novel = max((mass(set(clause) - said.public) for clause in draft.clauses), default=0.0)
    return {
        "novelty": float(fresh.mean()),
        "novelty_top": float(fresh[-FRESHEST:].mean()),
        "novelty_sum": float(np.log1p(fresh.sum())),
        "length": float(np.log(words(draft.text))),
        "content": float(np.log1p(content.sum())),
        "near_last": float(reading.parts[0] @ last.parts[0]),
        "near": float(near.max()),
        "clause_far": float(near.min()),
        "said_share": 1.0 - mass(draft.stems.unsaid) / (mass(draft.stems.draft) + 0.5),
        "novel": float(np.log1p(novel)),
        "new_mass": float(np.log1p(mass(draft.stems.draft - said.public))),
    }


class Evidence:
    """Holds the secrets of one kind, and measures a draft against each."""

    def __init__(self, kind: HiddenKind, hidden: Sequence[Hidden], reader: Reader, vocabulary: Vocabulary) -> None:
        self._kind: HiddenKind = kind
        self._hidden = tuple(item for item in hidden if item.kind == kind)
        self._index = Index(self._hidden, reader)
        self._vocabulary = vocabulary
        self._raised_in = lru_cache(maxsize=2048)(self._raised_by)
        self._plain = [plain(item.tells[0]) if kind == "fact" else "" for item in self._hidden]

    def measure(
        self, draft: Draft, said: Said, heard: str, released: frozenset[str], held_back: int | None = None
    ) -> Rows | None:
        """A row for each secret that is not released, `heard` being all turns as plain text; None if none is left."""
        lines = zip(self._hidden, self._plain, strict=True)
        open_ = np.array([item.id in released or (bool(text) and text in heard) for item, text in lines], bool)
        if open_.all():
            return None
        figures = self._compared(draft, said.vectors, held_back)
        figures["raised"] = self._raised(said)
        figures["named"] = self._named(draft)
        if self._kind == "fact":
            figures |= self._numbers(draft, figures)
        figures |= _relative(figures, draft)
        chosen = tuple(item for item, out in zip(self._hidden, open_, strict=True) if not out)
        return Rows(chosen, {name: values[~open_] for name, values in figures.items()})

    def _compared(self, draft: Draft, heard: Vectors, held_back: int | None) -> dict[str, Scores]:
        index = self._index
        lines = index.by_vector(draft.reading, heard) | index.by_piece(draft.reading, draft.last) | index.by_word(draft.stems)
        names, tells_ = index.lines("name", held_back), index.lines("tell", held_back)
        found = {f"tell_{name}": index.best(lines[name], tells_) for name in _COMPARED}
        found |= {f"name_{name}": index.best(lines[name], names) for name in _COMPARED}
        return found | {name: index.best(lines[name], names | tells_) for name in ("mass", "centred", "both_gain")}

    def _numbers(self, draft: Draft, figures: dict[str, Scores]) -> dict[str, Scores]:
        number = np.array([_shared(draft.quantities, item.quantities) for item in self._hidden])
        alone = 1.0 if len(draft.quantities) == 1 else 0.5
        return {
            "number": number,
            "number_cos": number * figures["tell_cos"],
            "number_late": number * figures["tell_late"],
            "number_alone": number * alone,
        }

    def _named(self, draft: Draft) -> Scores:
        """How telling the most telling name of each secret is that stands in a clause, 0 to 1."""
        return np.array([max((self._weight(name) for name in _names(item, draft)), default=0.0) for item in self._hidden])

    def _weight(self, name: tuple[str, ...]) -> float:
        return min(1.0, self._vocabulary.mass(name))

    def _raised(self, said: Said) -> Scores:
        """1 for each secret that the candidate has named."""
        turns = [self._raised_in(turn) for turn in said.candidate_turns]
        return np.any(turns, axis=0).astype(float) if turns else np.zeros(len(self._hidden))

    def _raised_by(self, turn: tuple[str, ...]) -> Scores:
        stems = frozenset(turn)
        return np.array([any(_raises(name, turn, stems) for name in item.name_terms) for item in self._hidden], float)


def _relative(figures: dict[str, Scores], draft: Draft) -> dict[str, Scores]:
    """How near each secret is, and how much nearer than the others; what the candidate has said of it already."""
    near = np.maximum(figures["name_cos"], figures["tell_cos"])
    late = np.maximum(figures["name_late"], figures["tell_late"])
    heard = np.maximum(figures["name_heard"], figures["tell_heard"])
    return {
        "near": near,
        "near_over": near - near.mean(),
        "near_margin": near - _best_other(near),
        "late_over": late - late.mean(),
        "contrast": near - heard,
        "heard_over": heard - heard.mean(),
        "near_raised": near * figures["raised"],
        "near_heard": figures["tell_cos"] * figures["tell_heard"],
        "squared": near**2,
        "unsaid_mass": figures["mass"] * (1.0 - draft.figures["said_share"]),
    }


def _best_other(values: Scores) -> Scores:
    if len(values) < 2:
        return np.zeros(len(values))
    first, second = np.sort(values)[[-1, -2]]
    others: Scores = np.where(values == first, second, first)
    return others


def _names(item: Hidden, draft: Draft) -> list[tuple[str, ...]]:
    return [name for name in item.name_terms if any(holds(name, clause) for clause in draft.clauses)]


def _raises(name: tuple[str, ...], turn: tuple[str, ...], stems: frozenset[str]) -> bool:
    return stems.issuperset(name) and (len(name) > 1 or holds(name, turn))


def _shared(new: frozenset[str], known: frozenset[str]) -> float:
    """1 if a telling quantity is in both, 0.5 if only a small one is, else 0."""
    return max((same(one, other) for one in new for other in known), default=0.0)
