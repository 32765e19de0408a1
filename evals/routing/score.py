"""Scores routings against gold: acts, split questions and meta kinds, with bootstrap intervals by domain."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
from pydantic import Field
from scipy.optimize import linear_sum_assignment

from agents.dialogue import CandidateAct
from agents.encoder import SentenceEncoder
from agents.router import Routing
from evals.routing.cases import Case
from scenarios.model import Model

# Of 933 pairs of different questions about one system 3.5 % are as alike as this; of 11 questions put in two people's words, all.
COSINE, OVERLAP = 0.65, 0.6
RESAMPLES = 1000
ACTS: tuple[CandidateAct, ...] = get_args(CandidateAct)
_SMALL = frozenset(
    {
        "the",
        "a",
        "an",
        "of",
        "to",
        "do",
        "does",
        "did",
        "is",
        "are",
        "we",
        "you",
        "i",
        "and",
        "or",
        "in",
        "on",
        "for",
        "it",
        "me",
        "what",
        "s",
        "please",
        "so",
        "there",
        "have",
        "our",
    }
)


class Figure(Model):
    """A share with its n and 95 % interval; `value` is None when nothing was there to count."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None


class ActScore(Model):
    """How one act is told: precision over the turns given it, recall over the turns that have it."""

    act: CandidateAct
    precision: Figure
    recall: Figure


class Miss(Model):
    """A turn that was routed otherwise than its gold."""

    id: str
    text: str
    gold_acts: tuple[CandidateAct, ...]
    acts: tuple[CandidateAct, ...]
    gold_questions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


class Report(Model):
    """What the routing eval found."""

    schema_version: Literal[1] = 1
    n: int
    domains: int
    resampled_by: Literal["domain", "turn"]
    exact_acts: Figure
    questions_split: Figure
    questions_counted: Figure = Field(description="As many questions found as asked, whatever their wording.")
    meta_kind: Figure
    hints_answered_as_questions: Figure
    by_act: tuple[ActScore, ...]
    by_kind: dict[str, Figure]
    confusion: dict[str, dict[str, int]]
    milliseconds_p50: float
    milliseconds_p95: float
    misses: tuple[Miss, ...]


class Scored(Model):
    """One case, its routing, and whether its questions were split rightly (None: no questions on either side)."""

    case: Case
    routing: Routing
    split: bool | None
    milliseconds: float


Measure = Callable[[Sequence[Scored]], tuple[int, int]]


def report(scored: Sequence[Scored], seed: int = 0) -> Report:
    """All figures over `scored`; intervals resample domains, or turns where no domain is given."""
    domains = {item.case.domain for item in scored}
    blocks = _blocks(scored)
    draws = np.random.default_rng(seed).integers(0, len(blocks), (RESAMPLES, len(blocks))) if blocks else np.zeros((0, 0), int)

    def figure(measure: Measure) -> Figure:
        return _figure(measure, scored, blocks, draws)

    kinds = sorted({item.case.kind for item in scored if item.case.kind})
    times = [item.milliseconds for item in scored] or [0.0]
    return Report(
        n=len(scored),
        domains=len(domains),
        resampled_by="domain" if len(domains) > 1 else "turn",
        exact_acts=figure(_share(_same_acts)),
        questions_split=figure(_share(lambda item: bool(item.split), lambda item: item.split is not None)),
        questions_counted=figure(
            _share(lambda item: len(item.case.questions) == len(item.routing.questions), lambda item: item.split is not None)
        ),
        meta_kind=figure(_share(lambda item: item.case.meta == item.routing.meta, lambda item: item.case.meta is not None)),
        hints_answered_as_questions=figure(
            _share(
                lambda item: bool(item.routing.questions),
                lambda item: "hint_request" in item.case.acts and not item.case.questions,
            )
        ),
        by_act=tuple(ActScore(act=act, precision=figure(_precision(act)), recall=figure(_recall(act))) for act in ACTS),
        by_kind={kind: figure(_share(_same_acts, lambda item, kind=kind: item.case.kind == kind)) for kind in kinds},  # type: ignore[misc]
        confusion=_confusion(scored),
        milliseconds_p50=float(np.percentile(times, 50)),
        milliseconds_p95=float(np.percentile(times, 95)),
        misses=tuple(_miss(item) for item in scored if not _same_acts(item) or item.split is False),
    )


def split_rightly(gold: Sequence[str], found: Sequence[str], encoder: SentenceEncoder) -> bool | None:
    """Same number, and each gold question is most like its own found one, and alike enough; None if there are none.

    Gold is worded as a stranger would put it, so sameness is measured against how alike *different* questions are.
    """
    if not gold and not found:
        return None
    if len(gold) != len(found):
        return False
    cosine = encoder.encode(list(gold)) @ encoder.encode(list(found)).T
    shared = np.array([[_overlap(one, two) for two in found] for one in gold])
    rows, columns = linear_sum_assignment(-(cosine + shared))
    alike = (cosine > COSINE) | (shared >= OVERLAP)
    return bool(alike[rows, columns].all())


def _overlap(one: str, two: str) -> float:
    first, second = ({word for word in re.findall(r"\w+", text.lower()) if word not in _SMALL} for text in (one, two))
    return len(first & second) / len(first | second) if first | second else 0.0


def _blocks(scored: Sequence[Scored]) -> list[list[Scored]]:
    by_domain: dict[str, list[Scored]] = {}
    for item in scored:
        by_domain.setdefault(item.case.domain, []).append(item)
    return list(by_domain.values()) if len(by_domain) > 1 else [[item] for item in scored]


def _figure(
    measure: Measure,
    scored: Sequence[Scored],
    blocks: Sequence[Sequence[Scored]],
    draws: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> Figure:
    hits, n = measure(scored)
    if not n:
        return Figure(value=None, n=0)
    counts = np.array([measure(block) for block in blocks])
    totals = counts[draws].sum(axis=1)
    shares = totals[totals[:, 1] > 0]
    low, high = np.percentile(shares[:, 0] / shares[:, 1], [2.5, 97.5])
    return Figure(value=hits / n, n=n, interval=(float(low), float(high)))


def _share(hit: Callable[[Scored], bool], counts: Callable[[Scored], bool] = lambda _: True) -> Measure:
    def measure(items: Sequence[Scored]) -> tuple[int, int]:
        eligible = [item for item in items if counts(item)]
        return sum(hit(item) for item in eligible), len(eligible)

    return measure


def _precision(act: CandidateAct) -> Measure:
    return _share(lambda item: act in item.case.acts, lambda item: act in item.routing.acts)


def _recall(act: CandidateAct) -> Measure:
    return _share(lambda item: act in item.routing.acts, lambda item: act in item.case.acts)


def _same_acts(item: Scored) -> bool:
    return set(item.case.acts) == set(item.routing.acts)


def _confusion(scored: Sequence[Scored]) -> dict[str, dict[str, int]]:
    """Gold acts by found acts, each as a '+'-joined set."""
    counts = Counter((_joined(item.case.acts), _joined(item.routing.acts)) for item in scored)
    rows: dict[str, dict[str, int]] = {}
    for (gold, found), n in sorted(counts.items()):
        rows.setdefault(gold, {})[found] = n
    return rows


def _joined(acts: Sequence[CandidateAct]) -> str:
    return "+".join(act for act in ACTS if act in acts)


def _miss(item: Scored) -> Miss:
    return Miss(
        id=item.case.id,
        text=item.case.text[:300],
        gold_acts=item.case.acts,
        acts=item.routing.acts,
        gold_questions=item.case.questions,
        questions=item.routing.questions,
    )
