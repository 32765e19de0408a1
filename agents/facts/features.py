"""What tells the fact that a question asks for, and what tells that no fact answers it, as numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.encoder import Vectors, numbers, terms
from agents.facts.contrast import agreed, opposed, sides, unsaid
from agents.facts.cues import asked, content, names
from agents.facts.index import SheetIndex
from agents.facts.needs import counted, needs
from agents.facts.tokens import Pieces
from agents.facts.top import Reading

Numbers = NDArray[np.float64]

PAIR = (
    "cos_fact",
    "cos_ask_best",
    "cos_ask_mean2",
    "cos_topic",
    "bm25_fact",
    "bm25_all",
    "covered_fact",
    "covered_all",
    "kind_agrees",
    "kind_conflicts",
    "number_shared",
    "gap_fact",
    "gap_ask",
    "z_blend",
    "no_asks",
    "no_asks_cos_fact",
    "no_asks_gap_fact",
    "no_asks_bm25",
    "no_asks_covered",
    "unknown_margin",
    "late_fact",
    "late_all",
    "late_one",
    "late_worst",
    "gap_late_fact",
    "gap_late_all",
    "no_asks_late",
    "no_asks_gap_late",
    "late_told",
    "gap_late_told",
    "elsewhere",
    "elsewhere_worst",
    "low_mean",
    "weak_share",
    "opposed",
    "opposed_all",
    "agreed",
    "agreed_all",
    "unsaid",
    "needs_met",
    "needs_unmet",
    "head_counted",
    "head_absent",
    "z_fact",
    "z_ask",
    "z_late",
    "share_blend",
    "cos_above_hub",
    "late_sum_all",
    "tuned_fact",
    "tuned_all",
    "gap_tuned_fact",
    "gap_tuned_all",
    "z_tuned",
    "share_tuned",
    "tuned_margin",
    "no_asks_tuned",
    "no_asks_gap_tuned",
)

_SMALL = """
    what are is the a an of to do does did we have has how many much ? . , ' ! ; : - s t d i you it that in on at for
    and or our there any can could would like know me tell about be with who which when where why so us de um uh ok okay
    well just really also some this these those they their its was were had
"""
SMALL = frozenset(_SMALL.split())
"""Word pieces that are met everywhere."""


class Asked:
    """One question held against one sheet: the similarities that both feature sets are made of."""

    def __init__(self, question: str, pieces: Pieces, index: SheetIndex) -> None:
        vector = pieces.whole
        self.question = question
        self.index = index
        self.words = content(question)
        self.kinds = asked(question)
        self.fact = _cosines(index.facts, vector)
        self.topic = _cosines(index.topics, vector)
        self.ask_best, self.ask_mean2, self.bare = _per_owner(_cosines(index.questions, vector), index.owner, self.fact)
        self.unknown = float(_cosines(index.unknown, vector).max()) if len(index.unknown) else 0.0
        query = terms(question)
        self.bm25_fact = _share_of_best(index.plain.scores(query), sum(map(index.plain.idf, query)))
        self.bm25_all = _share_of_best(index.full.scores(query), sum(map(index.full.idf, query)))
        self.covered_fact = self._covered(index.own_words)
        self.covered_all = self._covered(index.all_words)
        self._late(pieces)
        self._tuned(pieces.tuned)
        self.sides = sides(question)
        self.needs = needs(question)
        self.counted = counted(question)
        self.blend = 0.4 * self.fact + 0.6 * self.ask_best + 0.1 * self.bm25_all

    def _late(self, pieces: Pieces) -> None:
        """How well each telling piece of the question is met by the best piece of a fact, of its questions, of one question."""
        kept = [row for row, word in enumerate(pieces.words) if word not in SMALL] or list(range(len(pieces.words)))
        facts = len(self.index.entries)
        asks = facts + len(self.index.owner)
        if not kept:
            self.own = self.every = np.zeros((facts, 1))
            self.late_one, self.late_unknown, self.unknown_worst = np.zeros(facts), 0.0, 0.0
        else:
            met = np.maximum.reduceat(pieces.rows[kept] @ self.index.pieces.T, self.index.starts, axis=1).T.astype(np.float64)
            self.own = met[:facts]
            self.every, self.late_one = self.own.copy(), self.own.mean(axis=1)
            np.maximum.at(self.every, self.index.owner, met[facts:asks])
            np.maximum.at(self.late_one, self.index.owner, met[facts:asks].mean(axis=1))
            unknown = met[asks:]
            self.late_unknown = float(unknown.mean(axis=1).max()) if len(unknown) else 0.0
        self.late_fact, self.late_all, self.late_worst = self.own.mean(axis=1), self.every.mean(axis=1), self.every.min(axis=1)
        best = self.every.max(axis=0)
        self.late_sheet = float(best.min())
        telling = best - np.median(self.every, axis=0) + 0.02
        self.late_told = self.every @ telling / telling.sum()
        self.elsewhere = (best - self.every).mean(axis=1)
        self.elsewhere_worst = (best - self.every).max(axis=1)
        rising = np.sort(self.every, axis=1)
        self.low_mean = rising[:, : max(2, rising.shape[1] // 3)].mean(axis=1)
        self.weak_share = (self.every < 0.55).mean(axis=1)

    def _tuned(self, question: Reading) -> None:
        """Log-odds, as the tuned layers see it, that each fact, and that no fact, is what is asked for."""
        index, scale = self.index, self.index.scale
        met = np.maximum.reduceat(question.rows @ index.tuned.T, index.tuned_starts, axis=1).mean(axis=0)
        likeness = (scale.cosine * (index.tuned_wholes @ question.whole) + scale.late * met + scale.offset).astype(np.float64)
        facts = len(index.entries)
        asks = facts + len(index.owner)
        self.tuned_fact = likeness[:facts]
        best = np.full(facts, -np.inf)
        np.maximum.at(best, index.owner, likeness[facts:asks] + scale.asked)
        self.tuned_all = np.logaddexp(self.tuned_fact, best)
        self.tuned_unknown = float(likeness[asks:].max()) + scale.unknown if len(likeness) > asks else -20.0
        self.tuned_none = float(np.logaddexp(0.0, self.tuned_unknown))

    def _covered(self, sets: Sequence[frozenset[str]]) -> Numbers:
        weights = [self.index.full.idf(word) for word in self.words]
        total = sum(weights) or 1.0
        return np.array([sum(w for word, w in zip(self.words, weights, strict=True) if word in held) / total for held in sets])


def pair_features(held: Asked) -> Numbers:
    """One row a fact, columns as in PAIR."""
    index = held.index
    kinds = held.kinds
    agrees = np.array([len(kinds & own) / len(kinds) if kinds else 0.0 for own in index.kinds])
    conflicts = np.array([float(bool(kinds - own)) for own in index.kinds])
    said = set(numbers(held.question))
    shared = np.array([float(bool(said & set(numbers(entry.text)))) if said else 0.0 for entry in index.entries])
    bare = held.bare.astype(np.float64)
    columns = (
        held.fact,
        held.ask_best,
        held.ask_mean2,
        held.topic,
        held.bm25_fact,
        held.bm25_all,
        held.covered_fact,
        held.covered_all,
        agrees,
        conflicts,
        shared,
        _gap(held.fact),
        _gap(held.ask_best),
        _z(held.blend),
        bare,
        bare * held.fact,
        bare * _gap(held.fact),
        bare * held.bm25_fact,
        bare * held.covered_fact,
        np.where(held.bare, 0.0, held.ask_best - held.unknown) if len(index.unknown) else np.zeros(len(index.entries)),
        held.late_fact,
        held.late_all,
        held.late_one,
        held.late_worst,
        _gap(held.late_fact),
        _gap(held.late_all),
        bare * held.late_fact,
        bare * _gap(held.late_fact),
        held.late_told,
        _gap(held.late_told),
        held.elsewhere,
        held.elsewhere_worst,
        held.low_mean,
        held.weak_share,
        *_agreement(held),
        _z(held.fact),
        _z(held.ask_best),
        _z(held.late_all),
        _softmax(12 * held.blend),
        held.fact - index.hub,
        _softmax(12 * held.late_all),
        held.tuned_fact,
        held.tuned_all,
        _gap(held.tuned_fact),
        _gap(held.tuned_all),
        _z(held.tuned_all),
        _softmax(np.append(held.tuned_all, held.tuned_none))[:-1],
        held.tuned_all - held.tuned_none,
        bare * held.tuned_fact,
        bare * _gap(held.tuned_fact),
    )
    return np.stack(columns, axis=1)


def _agreement(held: Asked) -> list[Numbers]:
    """Whether each fact takes the same sides as the question, and states the kind of thing that it asks for."""
    index, asked_needs = held.index, held.needs
    rows = []
    for own, all_own, near, given, held_words in zip(
        index.sides, index.all_sides, index.numbered, index.gives, index.all_words, strict=True
    ):
        rows.append(
            (
                opposed(held.sides, own),
                opposed(held.sides, all_own),
                agreed(held.sides, own),
                agreed(held.sides, all_own),
                unsaid(held.sides, all_own),
                len(asked_needs & given),
                len(asked_needs - given),
                float(any(item in near for item in held.counted)),
                float(bool(held.counted) and not set(held.counted) & held_words),
            )
        )
    return list(np.array(rows, dtype=np.float64).T)


def _softmax(values: Numbers) -> Numbers:
    raised = np.exp(values - values.max())
    shares: Numbers = raised / raised.sum()
    return shares


TURN = (
    "best",
    "second",
    "gap",
    "entropy",
    "cos_fact",
    "cos_ask",
    "cos_max",
    "z_blend",
    "bm25",
    "covered_best",
    "covered_sheet",
    "unseen_words",
    "unseen_names",
    "kind_conflicts",
    "kind_agrees",
    "number_unshared",
    "unknown",
    "unknown_margin",
    "has_unknown",
    "bare",
    "bare_cos_fact",
    "bare_covered",
    "bare_best",
    "log_words",
    "same_top",
    "late_all",
    "late_fact",
    "late_one",
    "late_worst",
    "late_sheet",
    "gap_late_all",
    "bare_late",
    "bare_late_worst",
    "exact",
    "late_told",
    "elsewhere",
    "elsewhere_worst",
    "low_mean",
    "weak_share",
    "opposed",
    "opposed_all",
    "agreed",
    "agreed_all",
    "unsaid",
    "needs_met",
    "needs_unmet",
    "head_counted",
    "head_absent",
    "needs_reason",
    "needs_count",
    "needs_money",
    "needs_named",
    "yes_no",
    "z_fact",
    "z_late",
    "share_blend",
    "above_hub",
    "late_unknown",
    "late_unknown_margin",
    "unknown_fact_margin",
    "probability_sum",
    "third",
    "bm25_share",
    "question_pieces",
    "tuned_best",
    "tuned_fact_best",
    "tuned_gap",
    "tuned_share",
    "tuned_any",
    "tuned_unknown",
    "tuned_top",
    "tuned_agrees",
    "bare_tuned",
    "bare_tuned_any",
    "tuned_hub",
)


def turn_features(held: Asked, probability: Numbers) -> Numbers:
    """What tells whether the sheet holds the answer, given each fact's probability; columns as in TURN."""
    index = held.index
    order = np.argsort(-probability, kind="stable")
    top = int(order[0])
    best = _logit(probability[top])
    second = _logit(probability[order[1]]) if len(order) > 1 else -6.0
    shares = probability / max(float(probability.sum()), 1e-9)
    entropy = float(-(shares * np.log(shares + 1e-12)).sum()) / np.log(max(len(shares), 2))
    held_words = index.vocabulary
    unseen = sum(word not in held_words for word in held.words)
    own_names = names(held.question)
    said = set(numbers(held.question))
    has_unknown = float(len(index.unknown) > 0)
    bare = float(held.bare[top])
    margin = (held.ask_best[top] - held.unknown) * has_unknown
    return np.array(
        [
            best,
            second,
            best - second,
            entropy,
            held.fact[top],
            held.ask_best[top],
            max(held.fact[top], held.ask_best[top]),
            _z(held.blend)[top],
            held.bm25_all[top],
            held.covered_all[top],
            1 - unseen / max(len(held.words), 1),
            min(unseen, 3),
            min(len(own_names - index.names - held_words), 2),
            float(bool(held.kinds - index.kinds[top])),
            len(held.kinds & index.kinds[top]) / max(len(held.kinds), 1),
            float(bool(said - set(numbers(index.entries[top].text)))),
            held.unknown,
            margin,
            has_unknown,
            bare,
            bare * held.fact[top],
            bare * held.covered_all[top],
            bare * best,
            np.log1p(len(held.words)),
            float(top == int(held.fact.argmax())),
            held.late_all[top],
            held.late_fact[top],
            held.late_one[top],
            held.late_worst[top],
            held.late_sheet,
            _gap(held.late_all)[top],
            bare * held.late_fact[top],
            bare * held.late_worst[top],
            max(held.ask_best[top] - 0.8, 0.0) * (1 - bare),
            held.late_told[top],
            held.elsewhere[top],
            held.elsewhere_worst[top],
            held.low_mean[top],
            held.weak_share[top],
            *(column[top] for column in _agreement(held)),
            float("reason" in held.needs and "reason" not in index.gives[top]),
            float("count" in held.needs and "count" not in index.gives[top]),
            float("money" in held.needs and "money" not in index.gives[top]),
            float("named" in held.needs and "named" not in index.gives[top]),
            float(not held.needs),
            _z(held.fact)[top],
            _z(held.late_all)[top],
            _softmax(12 * held.blend)[top],
            held.fact[top] - index.hub[top],
            held.late_unknown,
            (held.late_all[top] - held.late_unknown) * has_unknown,
            (max(held.fact[top], held.ask_best[top]) - held.unknown) * has_unknown,
            float(probability.sum()),
            _logit(probability[order[2]]) if len(order) > 2 else -6.0,
            float(_softmax(4 * held.bm25_all)[top]),
            float(held.own.shape[1]),
            held.tuned_all[top],
            held.tuned_fact[top],
            _gap(held.tuned_all)[top],
            float(_softmax(np.append(held.tuned_all, held.tuned_none))[top]),
            float(np.logaddexp.reduce(held.tuned_all)) - held.tuned_none,
            held.tuned_unknown * has_unknown,
            float(held.tuned_all.max()),
            float(top == int(held.tuned_all.argmax())),
            bare * held.tuned_fact[top],
            bare * (float(np.logaddexp.reduce(held.tuned_all)) - held.tuned_none),
            held.tuned_all[top] - float(held.tuned_all.mean()),
        ]
    )


def _cosines(rows: Vectors, vector: Vectors) -> Numbers:
    return (rows @ vector).astype(np.float64)


def _per_owner(cosines: Numbers, owner: NDArray[np.intp], fact: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Best and mean of the best two cosines to each fact's own questions; a fact without any lends its own cosine."""
    best, mean2, bare = fact.copy(), fact.copy(), np.ones(len(fact), dtype=bool)
    if len(owner):
        falling = cosines[np.lexsort((-cosines, owner))]
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        rows, sizes = owner[starts], np.diff(starts, append=len(owner))
        best[rows], bare[rows] = falling[starts], False
        mean2[rows] = (falling[starts] + falling[starts + (sizes > 1)]) / 2
    return best, mean2, bare


def _share_of_best(scores: Numbers, attainable: float) -> Numbers:
    return scores / (attainable * 2.2) if attainable > 0 else scores


def _gap(values: Numbers) -> Numbers:
    """How far each value lies above the best of the others; negative for all but the best."""
    if len(values) == 1:
        return np.zeros(1)
    order = np.argsort(-values, kind="stable")
    rival = np.full(len(values), values[order[0]])
    rival[order[0]] = values[order[1]]
    ahead: Numbers = values - rival
    return ahead


def _z(values: Numbers) -> Numbers:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-6 else np.zeros_like(values)


def _logit(probability: float) -> float:
    p = min(max(float(probability), 1e-4), 1 - 1e-4)
    return float(np.log(p / (1 - p)))
