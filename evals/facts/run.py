"""Runs the facts agent over labelled questions, each by a model fitted without its scenario, and over outside cases."""

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from agents.dialogue import Utterance
from agents.encoder import packaged_encoder
from agents.facts.gate import FactsSettings
from agents.facts.index import Entry, Holding
from agents.facts.model import Artefact, SelectorModel
from agents.facts.protocol import Answer
from agents.facts.render import NotFactualError, render
from agents.facts.selector import Selector
from agents.facts.tokens import PackagedPieces
from agents.router import EmbeddedRouter, Heard, Router
from evals.facts.cases import DATA, Case, load_labelled, load_outside
from evals.facts.outside import report_outside
from evals.facts.pieces import RememberedPieces
from evals.facts.score import Blocks, OutsideReport, Report, Result, path
from evals.facts.unseen import fold_tops, unseen_by
from scenarios import loader

FOLD_FILE = Path(__file__).parent / "folds.json"
TIMED = 6
REPEATED = 3


def run(directory: Path = DATA, *, settings: FactsSettings | None = None) -> Report:
    """Score all labelled questions, through the router and alone, with and without authored questions; 1 to 3 minutes."""
    cases = load_labelled(directory)
    readers = {folder: RememberedPieces(on_disk=True, tuned=folder) for folder in fold_tops()}
    encoder = packaged_encoder()
    router = EmbeddedRouter(encoder)
    settings = settings or FactsSettings()
    models = fold_models()
    results: dict[str, list[Result]] = {"whole": [], "whole_bare": [], "alone": [], "alone_bare": []}
    repeats: list[Result] = []
    times: list[float] = []
    for scenario in dict.fromkeys(case.scenario for case in cases):
        own = [case for case in cases if case.scenario == scenario]
        full = Holding.of(loader.load(loader.LIBRARY / scenario).facts)
        for suffix, holding in (("", full), ("_bare", bare(full))):
            selector = Selector(holding, encoder, readers[unseen_by(scenario)], model_for(scenario, models), settings)
            results[f"whole{suffix}"] += [scored(case, routed(case, router), selector, holding) for case in own]
            results[f"alone{suffix}"] += [scored(case, (case.question,), selector, holding) for case in own if not case.previous]
            if not suffix:  # in another order, so that an answer that leans on what came before would differ
                again = [case for case in own[::-REPEATED] if not case.previous]
                repeats += [scored(case, (case.question,), selector, holding) for case in again]
        times += timed(full, own, settings)
    released = {result.id: result.released for result in repeats}
    return Report(
        n=len(cases),
        scenarios=len({case.scenario for case in cases}),
        whole_path=path(results["whole"]),
        whole_path_bare=path(results["whole_bare"]),
        selector=path(results["alone"]),
        selector_bare=path(results["alone_bare"]),
        same_ids_again=Blocks(results["alone"]).share(lambda r: (released.get(r.id) == r.released, r.id in released)),
        milliseconds_p50=float(np.percentile(times, 50)),
        milliseconds_p95=float(np.percentile(times, 95)),
    )


def run_outside(path: Path, *, bare: bool = False, settings: FactsSettings | None = None) -> OutsideReport:
    """Score outside cases with the shipped model; raises ValueError on a malformed file or sheet."""
    return report_outside(load_outside(path, bare=bare), settings or FactsSettings(), SelectorModel.load())


def fold_models(file: Path = FOLD_FILE) -> list[tuple[frozenset[str], SelectorModel]]:
    """Models with the scenarios that each was fitted on."""
    documents = json.loads(file.read_text(encoding="utf-8"))
    artefacts = [Artefact.model_validate(document) for document in documents.values()]
    return [(frozenset(artefact.scenarios), SelectorModel.of(artefact)) for artefact in artefacts]


def model_for(scenario: str, models: Sequence[tuple[frozenset[str], SelectorModel]]) -> SelectorModel:
    """The first model fitted without `scenario`; raises ValueError if every one has seen it."""
    for seen, model in models:
        if scenario not in seen:
            return model
    raise ValueError(f"every fold was fitted on {scenario!r}: run python -m evals.facts.fit")


def bare(holding: Holding) -> Holding:
    """The facts alone: no topics, authored questions or unknown topics."""
    return Holding(tuple(Entry(entry.id, entry.text) for entry in holding.entries))


def routed(case: Case, router: Router) -> tuple[str, ...]:
    """The standalone questions that the router hears in a case."""
    previous = tuple(
        Utterance(index=index, speaker=said.speaker, text=said.text, phase="clarify", at=float(index))
        for index, said in enumerate(case.previous)
    )
    return router.route(Heard(text=case.question, previous=previous)).questions


def scored(case: Case, questions: Sequence[str], selector: Selector, holding: Holding) -> Result:
    """Ask the selector and render what it answers, which asserts that nothing but stored sentences comes out."""
    answers = selector.select_all(questions)
    judged = [selector.judge(question) for question in questions]
    likeliest = holding.entries[int(np.argmax(judged[0].facts))].id if judged else ""
    return Result(
        id=case.id,
        block=case.scenario,
        kind=case.kind,
        pair=case.pair,
        question=case.question,
        gold=case.gold,
        released=tuple(dict.fromkeys(item for answer in answers for item in answer.fact_ids)),
        outcomes=tuple(answer.outcome for answer in answers),
        score=max((item.answerable for item in judged), default=0.0),
        likeliest=likeliest,
        factual=_factual(answers, holding),
    )


def timed(holding: Holding, cases: Iterable[Case], settings: FactsSettings) -> list[float]:
    """Milliseconds for selections with nothing remembered but the sheet."""
    pieces = PackagedPieces()
    selector = Selector(holding, packaged_encoder(), pieces, SelectorModel.load(), settings)
    times: list[float] = []
    for case in list(cases)[:TIMED]:
        started = time.perf_counter()
        selector.select(case.question + " ")
        times.append((time.perf_counter() - started) * 1000)
    return times[1:]


def _factual(answers: Sequence[Answer], holding: Holding) -> bool:
    try:
        render(answers, {entry.id: entry.text for entry in holding.entries})
    except NotFactualError:
        return False
    return True
