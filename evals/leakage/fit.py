"""Fits the guard on labelled turns of half of the scenarios and writes agents/guard/model.json: `python -m evals.leakage.fit`."""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from agents.dialogue import Speaker, Transcript
from agents.encoder import SentenceEncoder, packaged_encoder, terms
from agents.guard.artefact import FILE, Artefact, Head
from agents.guard.draft import own_pieces
from agents.guard.evidence import APPROACH_FEATURES, FACT_FEATURES, ApproachEvidence, FactEvidence, Pieces
from agents.guard.hidden import Hidden, hidden_of
from agents.guard.said import Said
from agents.interviewer.phrases import load_phrases
from evals.leakage.labelled import FIT, LeakKind, load_turns, transcript_of
from scenarios.facts import Fact
from scenarios.loader import LIBRARY, library_ids, load
from scenarios.scenario import Scenario

DIRECTION_C = 3.0
HEAD_C = 1.0
THRESHOLD = 0.7
SAID = (
    "I'd go with {} here.",
    "My plan is to use {}, and see how far that gets us.",
    "{} would be my choice.",
    "I think {} matters.",
)
TOLD = ("It's {}.", "Let's say {}.", "Take {} as given and go on.", "You can work with {}. What follows?", "About {}.")
OWN = ("Fine, {} it is.", "Let's work with your {}.", "Suppose it is {}, as you say. What follows?", "With {}, what changes?")
BEFORE = (
    "Sure.",
    "Thanks, that's clear.",
    "Okay, let's stay there for a moment.",
    "I see what you mean.",
    "Let me pick up on one thing.",
    "",
    "Before we move on, one more question.",
    "That gives me a picture.",
)
AFTER = ("", "Take it step by step.", "", "Feel free to think aloud.", "Just the main idea is enough.", "", "Go ahead.")
META = (
    "We have about 20 minutes left, so let's move on to the evaluation when you are ready.",
    "That's a good moment to look at the clock: 15 minutes remain. Which part would you like to finish?",
    "You can use the board if that helps. I'll wait.",
    "Take a minute to collect your thoughts. There is no rush.",
    "Let me repeat the question: how would you like to go on?",
    "I meant the question as broadly as it sounds. Answer it in whichever way you find natural.",
    "No, you haven't used up the time yet. Please finish your thought.",
    "We're about halfway through. Shall we stay here or go on to something else?",
    "I'd rather not say which option I prefer. Make your case and we'll go from there.",
    "I can't help you with that choice, but I'm curious how you would decide it.",
    "That isn't something I can confirm. What would you do if it were up to you?",
    "If it isn't specified, state an assumption and carry on from it.",
    "Happy to clarify: you can ask me about the system at any time.",
    "Let's park that and come back later if time allows. What is next?",
    "I didn't catch the last part. Could you say it once more?",
    "We should wrap up in five minutes. What would you like to leave me with?",
)
ASKED = (
    "How would {} work in practice?",
    "What would {} cost you?",
    "How would you know that {} is worth it?",
    "What is the weak point of {}?",
)
Figures = dict[str, float]


class Case(NamedTuple):
    """A draft in its context; `without` is the number of the tell that is held back from its concept, if any."""

    scenario: str
    context: Transcript
    draft: str
    kind: LeakKind
    without: int | None = None
    authored: bool = False


class Row(NamedTuple):
    """A case with what the guard measured on it."""

    case: Case
    fact: Figures
    approach: Figures


def main() -> None:
    """Cross-validate by scenario, print the figures, fit on everything and write the artefact."""
    encoder = packaged_encoder()
    scenarios = {name: load(LIBRARY / name) for name in library_ids(LIBRARY)}
    artefact, report = fit(scenarios, fit_scenarios(), encoder)
    sys.stdout.write(report + "\n")
    FILE.write_text(artefact.model_dump_json(indent=None) + "\n", encoding="utf-8")


def fit_scenarios() -> tuple[str, ...]:
    """Every second scenario of the library: leaks to learn from come from these alone, the others are for testing."""
    return library_ids(LIBRARY)[::2]


def fit(scenarios: dict[str, Scenario], leaky: Sequence[str], encoder: SentenceEncoder) -> tuple[Artefact, str]:
    """Fit on the neutral lines of all `scenarios`, and on the leaks of those in `leaky`."""
    cases = [case for scenario in scenarios.values() for case in library_cases(scenario, leaks=scenario.id in leaky)]
    cases += [case for case in authored_cases() if case.scenario in leaky]
    cases += [_chatty(case, number) for number, case in enumerate(cases) if case.authored or number % 5 == 0]
    rows = [row for name in scenarios for row in _cross_fitted(name, scenarios, cases, encoder)]
    report = []
    heads = {}
    for kind in ("fact", "approach"):
        head, line = _head(rows, kind)
        heads[kind] = head
        report.append(line)
    final = _stage_one(scenarios, cases, encoder)
    counts = Counter(case.kind for case in cases)
    artefact = final.model_copy(
        update={
            "training_sha256": hashlib.sha256(FIT.read_bytes()).hexdigest(),
            "training_n": dict(counts),
            "fact": heads["fact"],
            "approach": heads["approach"],
        }
    )
    return artefact, "\n".join(report)


def library_cases(scenario: Scenario, *, leaks: bool = True) -> Iterable[Case]:
    """Cases that the library itself gives: neutral lines; implied lines held back; facts in a subordinate clause."""
    context = opening(scenario)
    for text in (*neutral_lines(scenario), *phrase_lines(), *META):
        yield Case(scenario.id, context, text, "none")
    if not leaks:
        return
    for concept in scenario.reference.concepts:
        for number, line in enumerate(concept.implied_by):
            yield Case(scenario.id, context, line, "approach", without=number)
    for fact in scenario.facts.facts:
        yield Case(scenario.id, context, _presupposed(fact), "fact")
    yield from _after_raising(scenario)
    yield from _after_releasing(scenario)
    yield from _numbers(scenario)


def _after_raising(scenario: Scenario) -> Iterable[Case]:
    """The candidate raises a concept by one of its names: a line about it is then harmless, one about the next is not."""
    concepts = scenario.reference.concepts
    for number, concept in enumerate(concepts):
        name = concept.wordings[number % len(concept.wordings)]
        said = SAID[number % len(SAID)].format(name)
        context = transcript_of([("interviewer", scenario.brief.opening), ("candidate", said)])
        other = concepts[(number + 1) % len(concepts)]
        held_back = number % max(1, len(other.implied_by))
        yield Case(scenario.id, context, concept.implied_by[number % len(concept.implied_by)], "none")
        yield Case(scenario.id, context, ASKED[number % len(ASKED)].format(name), "none")
        yield Case(scenario.id, context, other.implied_by[held_back], "approach", without=held_back)
        yield Case(scenario.id, context, ASKED[number % len(ASKED)].format(other.wordings[0]), "approach")


def _after_releasing(scenario: Scenario) -> Iterable[Case]:
    """A fact is released: what presupposes it is then harmless, what presupposes the next is not."""
    facts = scenario.facts.facts
    for number, fact in enumerate(facts):
        asked = fact.questions[0] if fact.questions else "What can you tell me?"
        lines: list[tuple[Speaker, str]] = [("interviewer", scenario.brief.opening), ("candidate", asked), ("facts", fact.text)]
        context = transcript_of([*lines, ("candidate", "Okay, that helps. Then I would plan for it.")])
        yield Case(scenario.id, context, _presupposed(fact), "none")
        yield Case(scenario.id, context, _presupposed(facts[(number + 1) % len(facts)]), "fact")


def _numbers(scenario: Scenario) -> Iterable[Case]:
    """A bare number tells a fact, unless it is the candidate's own."""
    for number, (fact, quantity) in enumerate((each, one) for each in scenario.facts.facts for one in each.quantities):
        asked = fact.questions[number % len(fact.questions)] if fact.questions else "How much is it?"
        told = TOLD[number % len(TOLD)].format(quantity.shown)
        opened: tuple[Speaker, str] = ("interviewer", scenario.brief.opening)
        yield Case(scenario.id, transcript_of([opened, ("candidate", asked)]), told, "fact")
        guessed = transcript_of([opened, ("candidate", f"{asked} I would assume {quantity.shown}.")])
        yield Case(scenario.id, guessed, OWN[number % len(OWN)].format(quantity.shown), "none")


def _chatty(case: Case, number: int) -> Case:
    """The same turn with small talk around it, as a model speaks: what it tells stays the same."""
    before, after = BEFORE[number % len(BEFORE)], AFTER[number % len(AFTER)]
    return case._replace(draft=f"{before} {case.draft} {after}".strip())


def _presupposed(fact: Fact) -> str:
    inner = fact.text[0].lower() + fact.text[1:].rstrip(".")
    return f"Given that {inner}, what would you do?"


def authored_cases() -> tuple[Case, ...]:
    """The labelled turns that were written for fitting."""
    return tuple(Case(turn.scenario, turn.transcript, turn.turn, turn.kind, authored=True) for turn in load_turns(FIT))


def opening(scenario: Scenario) -> Transcript:
    """The context at the start of an interview."""
    return transcript_of([("interviewer", scenario.brief.opening)])


def neutral_lines(scenario: Scenario) -> tuple[str, ...]:
    """The probes and entries of a brief."""
    return (*(probe.text for probe in scenario.brief.probes), *(phase.entry for phase in scenario.brief.phases))


def phrase_lines() -> tuple[str, ...]:
    """The embedded interviewer's fixed lines with their places filled neutrally."""
    places = {"${quote}": "that", "${left}": "20 minutes", "${phase}": "the deep dive", "${last}": "What comes next for you?"}
    lines = []
    for value in load_phrases().model_dump().values():
        for phrase in [value] if isinstance(value, str) else value:
            line = phrase
            for place, text in places.items():
                line = line.replace(place, text)
            lines.append(line)
    return tuple(lines)


def plain_words(lines: Iterable[str]) -> dict[str, int]:
    """In how many neutral lines each stem stands."""
    return dict(sorted(Counter(stem for line in lines for stem in set(terms(line))).items()))


def measure(cases: Sequence[Case], scenario: Scenario, artefact: Artefact, encoder: SentenceEncoder) -> list[Row]:
    """What the guard measures on the cases of one scenario."""
    hidden = hidden_of(scenario.facts, scenario.reference)
    facts = FactEvidence([item for item in hidden if item.kind == "fact"], encoder, artefact.vocabulary)
    concepts = [item for item in hidden if item.kind == "approach"]
    approach = {
        without: ApproachEvidence([_hold_back(item, without) for item in concepts], encoder, artefact.vocabulary)
        for without in {case.without for case in cases}
    }
    rows = []
    for case in cases:
        said = Said(case.context, encoder)
        pieces = Pieces(own_pieces(case.draft, case.context), said, encoder, artefact)
        found = facts.measure(pieces, [turn.text for turn in case.context], frozenset())
        rows.append(Row(case, found.figures, approach[case.without].measure(pieces, said).figures))
    return rows


def _hold_back(item: Hidden, without: int | None) -> Hidden:
    return Hidden(item.kind, item.id, item.names, tuple(tell for number, tell in enumerate(item.tells) if number != without))


def _cross_fitted(name: str, scenarios: dict[str, Scenario], cases: Sequence[Case], encoder: SentenceEncoder) -> list[Row]:
    """Rows of one scenario, measured with words and a direction that were learnt from the others."""
    others = {other: scenario for other, scenario in scenarios.items() if other != name}
    artefact = _stage_one(others, [case for case in cases if case.scenario != name], encoder)
    return measure([case for case in cases if case.scenario == name], scenarios[name], artefact, encoder)


def _stage_one(scenarios: dict[str, Scenario], cases: Sequence[Case], encoder: SentenceEncoder) -> Artefact:
    """Plain words, and the direction in which leading questions differ from neutral ones; the heads are still blank."""
    lines = [*(line for scenario in scenarios.values() for line in neutral_lines(scenario)), *phrase_lines()]
    sample: dict[str, bool] = {}
    for case in cases:
        if case.kind != "fact":  # a line about a concept leads, even where the candidate had raised it
            sample[case.draft] = sample.get(case.draft, False) or case.kind == "approach"
    vectors = encoder.encode(list(sample))
    model = LogisticRegression(C=DIRECTION_C, max_iter=2000, class_weight="balanced").fit(vectors, list(sample.values()))
    return Artefact(
        training_sha256="",
        training_n={},
        plain_words=plain_words(lines),
        neutral_direction=tuple(round(float(value), 3) for value in model.coef_[0]),
        neutral_bias=round(float(model.intercept_[0]), 3),
        fact=_blank(FACT_FEATURES),
        approach=_blank(APPROACH_FEATURES),
        threshold=THRESHOLD,
    )


def _blank(features: tuple[str, ...]) -> Head:
    return Head(features=features, weights=(0.0,) * len(features), bias=0.0)


def _head(rows: Sequence[Row], kind: LeakKind) -> tuple[Head, str]:
    """A logistic regression for one kind of leak, with its cross-validated figures in one line."""
    features = FACT_FEATURES if kind == "fact" else APPROACH_FEATURES
    chosen = [row for row in rows if row.case.kind in (kind, "none")]
    figures = [row.fact if kind == "fact" else row.approach for row in chosen]
    table = np.array([[row[name] for name in features] for row in figures])
    labels = np.array([row.case.kind == kind for row in chosen])
    weights = np.array([_weight(row.case) for row in chosen])
    groups = np.array([row.case.scenario for row in chosen])
    held_out = np.zeros(len(labels))
    for group in sorted(set(groups)):
        inside = groups == group
        held_out[inside] = _logistic(table[~inside], labels[~inside], weights[~inside]).predict_proba(table[inside])[:, 1]
    model = _logistic(table, labels, weights)
    head = Head(
        features=features,
        weights=tuple(round(float(value), 4) for value in model.coef_[0]),
        bias=round(float(model.intercept_[0]), 4),
    )
    authored = np.array([row.case.authored for row in chosen])
    return head, f"{kind}: library {_figures(labels, held_out, ~authored)}; authored {_figures(labels, held_out, authored)}"


def _weight(case: Case) -> float:
    """An authored turn, with its context, counts for more than a line of the library; neutral lines must all pass."""
    if case.authored:
        return 10.0
    return 4.0 if case.kind == "none" else 1.0


def _logistic(table: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]) -> LogisticRegression:
    return LogisticRegression(C=HEAD_C, max_iter=5000).fit(table, labels, sample_weight=weights)


def _figures(labels: NDArray[np.bool_], scores: NDArray[np.float64], chosen: NDArray[np.bool_]) -> str:
    labels, scores = labels[chosen], scores[chosen]
    cut = float(np.quantile(scores[~labels], 0.95))
    recall = float((scores[labels] > cut).mean())
    return f"n={len(labels)} AUROC {roc_auc_score(labels, scores):.3f}, recall {recall:.3f} at 5 % false blocks (cut {cut:.2f})"


if __name__ == "__main__":
    main()
