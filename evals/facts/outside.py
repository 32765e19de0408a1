"""Scores outside cases, grouped by sheet; whatever is fitted here is fitted without the sheet that it is scored on."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from agents.facts.features import Numbers, turn_features
from agents.facts.gate import FactsSettings, decide
from agents.facts.index import Entry, Holding
from agents.facts.model import Judgement, SelectorModel
from agents.facts.protocol import Answer, Outcome
from agents.facts.screen import screen
from agents.facts.selector import Selector
from evals.facts.cases import OutsideCase
from evals.facts.pieces import RememberedPieces, WholeVectors
from evals.facts.score import MEASURES, Blocks, OutsideFigures, OutsideReport, Result, curve, outside

MIN_SHEETS, MIN_CASES, FOLDS, HEAD_C = 10, 100, 5, 0.1


class Judged(NamedTuple):
    """One outside case with what the agent answered, and what the model made of the question as a whole."""

    case: OutsideCase
    block: str
    answers: tuple[Answer, ...]
    score: float
    judgement: Judgement
    turn: Numbers
    milliseconds: float


def report_outside(cases: Sequence[OutsideCase], settings: FactsSettings, model: SelectorModel) -> OutsideReport:
    """All figures for outside cases."""
    judged = judge_all(cases, model, settings)
    results = [_as_shipped(item) for item in judged]
    blocks = Blocks(results)
    kinds = sorted({result.kind for result in results if result.kind})
    return OutsideReport(
        **outside(blocks).model_dump(),
        sheets=len({item.block for item in judged}),
        clarification=blocks.share(MEASURES["clarification"]),
        withheld=blocks.share(lambda r: (not r.gold and not r.released, not r.gold)),
        by_kind={kind: outside(blocks, lambda r, kind=kind: r.kind == kind) for kind in kinds},  # type: ignore[misc]
        fitted=refitted(judged, settings),
        milliseconds_p50=float(np.median([item.milliseconds for item in judged])),
        curve=curve(results),
    )


def holdings(cases: Sequence[OutsideCase]) -> dict[Holding, list[tuple[OutsideCase, str]]]:
    """Cases by the sheet that they are asked of, with the name of their block: `sheet_id`, else the facts themselves."""
    grouped: dict[Holding, list[tuple[OutsideCase, str]]] = defaultdict(list)
    for case in cases:
        asks = case.asks or ((),) * len(case.facts)
        entries = tuple(Entry(str(place), text, "", own) for place, (text, own) in enumerate(zip(case.facts, asks, strict=True)))
        block = (
            str(case.sheet_id)
            if case.sheet_id is not None
            else hashlib.sha256("\0".join(case.facts).encode("utf-8", "replace")).hexdigest()
        )
        grouped[Holding(entries, case.unknown)].append((case, block))
    return grouped


def judge_all(cases: Sequence[OutsideCase], model: SelectorModel, settings: FactsSettings) -> list[Judged]:
    """Put every case to the agent that holds its sheet, in the order of the file."""
    pieces = RememberedPieces()
    found: dict[int, Judged] = {}
    for holding, own in holdings(cases).items():
        selector = Selector(holding, WholeVectors(pieces), pieces, model, settings)
        for case, block in own:
            started = time.perf_counter()
            answers = selector.select_all((case.question,))
            milliseconds = (time.perf_counter() - started) * 1000
            held = selector.held(case.question)
            judgement = model.judge(held)
            turn = turn_features(held, np.array(judgement.facts))
            found[id(case)] = Judged(case, block, answers, _score(answers, selector), judgement, turn, milliseconds)
        pieces.forget()
    return [found[id(case)] for case in cases]


def _score(answers: Sequence[Answer], selector: Selector) -> float:
    """How sure the agent is that the sheet answers any part of a question; not at all of what it never looks up."""
    return max((selector.judge(item.question).answerable for item in answers if not screen(item.question)), default=0.0)


def _as_shipped(item: Judged) -> Result:
    """What the facts agent answered to a case, taken apart into its questions as in the product."""
    likeliest = int(np.argsort(-np.array(item.judgement.facts), kind="stable")[0])
    return Result(
        id=str(item.case.id),
        block=item.block,
        kind=item.case.kind,
        question=item.case.question,
        gold=tuple(map(str, item.case.gold)),
        released=tuple(dict.fromkeys(fact for answer in item.answers for fact in answer.fact_ids)),
        outcomes=tuple(answer.outcome for answer in item.answers),
        score=item.score,
        likeliest=str(likeliest),
    )


def result_of(item: Judged, judgement: Judgement, settings: FactsSettings) -> Result:
    """What a case gets as one question, given a judgement of it."""
    decision = decide(judgement, settings)
    screened = screen(item.case.question)
    outcome: Outcome = screened or decision.outcome
    return Result(
        id=str(item.case.id),
        block=item.block,
        kind=item.case.kind,
        question=item.case.question,
        gold=tuple(map(str, item.case.gold)),
        released=() if screened else tuple(map(str, decision.rows)),
        outcomes=(outcome,),
        score=judgement.answerable,
        likeliest=str(int(np.argsort(-np.array(judgement.facts), kind="stable")[0])),
    )


def refitted(judged: Sequence[Judged], settings: FactsSettings) -> OutsideFigures | None:
    """The figures with both question models refitted on the other sheets; None where there is too little to fit on."""
    blocks = [item.block for item in judged]
    answerable = np.array([bool(item.case.gold) for item in judged])
    likeliest = [int(np.argsort(-np.array(item.judgement.facts), kind="stable")[0]) for item in judged]
    right = np.array([top in item.case.gold for top, item in zip(likeliest, judged, strict=True)])
    if len(set(blocks)) < MIN_SHEETS or len(judged) < MIN_CASES or min(answerable.sum(), (~answerable).sum()) < FOLDS * 4:
        return None
    turns = np.stack([item.turn for item in judged])
    results: list[Result] = []
    for train, test in GroupKFold(FOLDS).split(turns, groups=blocks):
        heads = [_head(turns[train], labels[train], turns[test]) for labels in (answerable, right)]
        for place, held, sure in zip(test, *heads, strict=True):
            judgement = judged[place].judgement.model_copy(update={"answerable": held, "right": sure})
            results.append(result_of(judged[place], judgement, settings))
    return outside(Blocks(results))


def _head(features: Numbers, labels: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], held_out: Numbers) -> list[float]:
    if labels.all() or not labels.any():
        return [float(labels.mean())] * len(held_out)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=HEAD_C, max_iter=2000)).fit(features, labels)
    return [float(value) for value in model.predict_proba(held_out)[:, 1]]
