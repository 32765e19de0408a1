"""Turns what was measured on a draft into the chance that it gives a fact away, and that it gives the approach away."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from agents.dialogue import Transcript
from agents.encoder import SentenceEncoder
from agents.guard.artefact import Artefact
from agents.guard.draft import plain
from agents.guard.evidence import DRAFT_FEATURES, Draft, Evidence, Rows, read_draft
from agents.guard.hidden import Hidden, HiddenKind
from agents.guard.index import Scores
from agents.guard.reading import Reader
from agents.guard.said import Said

KINDS: tuple[HiddenKind, ...] = ("fact", "approach")
_TOP = ("near", "contrast", "raised", "mass", "centred", "tell_gain", "tell_heard", "late_over", "near_margin")
_TOP_OF: dict[HiddenKind, tuple[str, ...]] = {
    "fact": (*_TOP, "number", "number_late", "number_cos"),
    "approach": (*_TOP, "named", "name_share", "name_cos"),
}
_ANY: dict[HiddenKind, str] = {"fact": "number", "approach": "named"}
NOTHING = -6.0
"""Log odds where nothing is hidden."""

TURN_FEATURES = (
    "style",
    *(f"{kind} {name}" for kind in KINDS for name in ("leading", "first", "second", "all", "any", *_TOP_OF[kind])),
    *(f"topic {name}" for name in ("new", "known", "odds", "score", "brought_up", "brought_up_first")),
    *DRAFT_FEATURES,
)


class Measured(NamedTuple):
    """A draft and its rows."""

    draft: Draft
    rows: dict[HiddenKind, Rows]


class Suspicion(NamedTuple):
    """The secret of one kind that a draft points at most, with the chance that it gives one of that kind away."""

    secret: Hidden
    score: float
    named: float
    near: float
    number: float
    raised: bool


class Scorer:
    """Holds secrets and measures drafts against them; what it holds is read when the first draft comes."""

    def __init__(self, hidden: Sequence[Hidden], encoder: SentenceEncoder, reader: Reader, artefact: Artefact) -> None:
        self._hidden = tuple(hidden)
        self._encoder = encoder
        self._reader = reader
        self._artefact = artefact
        self._vocabulary = artefact.vocabulary

    def suspicions(self, draft: str, transcript: Transcript, released: frozenset[str]) -> tuple[Suspicion, ...]:
        """One for each kind of which something is hidden; none if the draft says nothing of its own."""
        measured = self.measure(draft, transcript, released)
        return tuple(judge(measured, self._artefact)) if measured is not None else ()

    def measure(
        self, draft: str, transcript: Transcript, released: frozenset[str], held_back: int | None = None
    ) -> Measured | None:
        """All figures of a draft in its context; `held_back` leaves out the tell with this number, for fitting."""
        said = Said(transcript, self._encoder)
        read = read_draft(draft, transcript, said, self._reader, self._vocabulary)
        if read is None:
            return None
        heard = " ".join(plain(turn.text) for turn in transcript)
        found = {kind: one.measure(read, said, heard, released, held_back) for kind, one in self._evidence.items()}
        return Measured(read, {kind: rows for kind, rows in found.items() if rows is not None})

    @cached_property
    def _evidence(self) -> dict[HiddenKind, Evidence]:
        return {kind: Evidence(kind, self._hidden, self._reader, self._vocabulary) for kind in KINDS}


def judge(measured: Measured, artefact: Artefact) -> Iterable[Suspicion]:
    """What the fitted figures make of a measured draft."""
    about = {kind: about_rows(rows, artefact, kind) for kind, rows in measured.rows.items()}
    figures = turn_figures(measured, about, artefact)
    for kind, chance in artefact.turn.probabilities(figures, measured.rows).items():
        rows, row = measured.rows[kind], int(about[kind].argmax())
        picked = {name: float(values[row]) for name, values in rows.figures.items()}
        number = picked.get("number", 0.0)
        yield Suspicion(rows.secrets[row], chance, picked["named"], picked["near"], number, bool(picked["raised"]))


def about_rows(rows: Rows, artefact: Artefact, kind: HiddenKind) -> Scores:
    """Log odds that each secret is the one that is given away."""
    fitted = artefact.about[kind]
    return fitted.score(rows.table(fitted.features))


def turn_figures(measured: Measured, about: dict[HiddenKind, Scores], artefact: Artefact) -> dict[str, float]:
    """All of TURN_FEATURES."""
    found = {"style": artefact.style.score(measured.draft.text), **measured.draft.figures}
    for kind in KINDS:
        found[f"{kind} leading"] = artefact.leading[kind].score(measured.draft.reading.parts[0])
        rows = measured.rows.get(kind)
        found |= {f"{kind} {name}": value for name, value in _of_kind(kind, rows, about.get(kind)).items()}
    return found | {f"topic {name}": value for name, value in _topics(measured.rows.get("approach"), artefact).items()}


def _topics(rows: Rows | None, artefact: Artefact) -> dict[str, float]:
    """Whether the draft is about a concept that the candidate has not brought up, or rather about one that they have."""
    if rows is None:
        return {"new": NOTHING, "known": NOTHING, "odds": 0.0, "score": NOTHING, "brought_up": 0.0, "brought_up_first": 0.0}
    topic = artefact.topic.score(rows.table(artefact.topic.features))
    heard = artefact.brought_up.score(rows.table(artefact.brought_up.features))
    new, known = _log_chance(topic) + _log_chance(-heard), _log_chance(topic) + _log_chance(heard)
    row = int(new.argmax())
    return {
        "new": float(new[row]),
        "known": float(known.max()),
        "odds": float(new[row] - known.max()),
        "score": float(topic[row]),
        "brought_up": float(heard[row]),
        "brought_up_first": float(heard[int(topic.argmax())]),
    }


def _log_chance(odds: Scores) -> Scores:
    return -np.logaddexp(0.0, -odds)


def _of_kind(kind: HiddenKind, rows: Rows | None, about: Scores | None) -> dict[str, float]:
    if rows is None or about is None:
        return {"first": NOTHING, "second": NOTHING, "all": NOTHING, "any": 0.0, **dict.fromkeys(_TOP_OF[kind], 0.0)}
    order = np.sort(about)[::-1]
    row = int(about.argmax())
    return {
        "first": float(order[0]),
        "second": float(order[1]) if len(order) > 1 else NOTHING,
        "all": float(np.logaddexp.reduce(order)),
        "any": float(rows.figures[_ANY[kind]].max()),
        **{name: float(rows.figures[name][row]) for name in _TOP_OF[kind]},
    }
