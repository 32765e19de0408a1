"""Checks what needs understanding: questions that are too alike, anchors that can't be told apart, public lines that leak."""

from collections.abc import Iterator

import numpy as np

from agents.dialogue import Utterance
from agents.encoder import SentenceEncoder, Vectors, stem, terms
from agents.guard import Guard
from evals.lint.finding import Check, Finding, Severity
from scenarios.brief import Brief
from scenarios.facts import FactSheet
from scenarios.rubric import Rubric
from scenarios.scenario import Scenario

SAME_QUESTION, SAME_PROBE, SAME_ANCHOR = 0.95, 0.96, 0.95
ANCHOR_WORDS = 2
RATING = (
    "adequate average basic brilliant clear deep excellent exceptional fair good great insightful outstanding perfect poor "
    "reasonable shallow solid strong superb thorough weak very really highly extremely answer performance level quality"
)
RATING_WORDS = frozenset(map(stem, RATING.split()))


def meaning_findings(scenario: Scenario, encoder: SentenceEncoder, guard: Guard | None) -> Iterator[Finding]:
    """Everything about one scenario that the encoder and, if given, the guard show."""
    yield from _questions(scenario.facts, encoder)
    yield from _probes(scenario.brief, encoder)
    yield from _anchors(scenario.rubric, encoder)
    if guard is not None:
        yield from _leaks(scenario, guard)


def _questions(sheet: FactSheet, encoder: SentenceEncoder) -> Iterator[Finding]:
    owners = [(fact.id, question) for fact in sheet.facts for question in fact.questions]
    owners += [(f"unknown:{topic.id}", question) for topic in sheet.unknown for question in topic.questions]
    texts = [question for _, question in owners]
    for one, other in _pairs(encoder.encode(texts), SAME_QUESTION):
        (first, text), (second, twin) = owners[one], owners[other]
        if first == second:
            if _words_alike(text, twin):
                yield _finding(
                    "advice",
                    "similar-questions",
                    "facts",
                    _field(first),
                    f"'{text}' and '{twin}' are nearly the same",
                    "ask in other words",
                )
        elif _words_alike(text, twin):
            problem = f"'{text}' is also asked for {_field(second)} ('{twin}')"
            check: Check = "unknown" if "unknown:" in first + second else "same-question"
            yield _finding("error", check, "facts", _field(first), problem, "let each question ask for one fact alone")


def _probes(brief: Brief, encoder: SentenceEncoder) -> Iterator[Finding]:
    vectors = encoder.encode([probe.text for probe in brief.probes])
    for one, other in _pairs(vectors, SAME_PROBE):
        problem = f"is nearly the same as {brief.probes[other].id}"
        yield _finding("advice", "similar-probes", "brief", f"probes.{brief.probes[one].id}", problem, "ask something else")


def _anchors(rubric: Rubric, encoder: SentenceEncoder) -> Iterator[Finding]:
    for criterion in rubric.criteria:
        names = ("below", "ic5", "ic6", "ic7")
        texts = [getattr(criterion.anchors, name) for name in names]
        vectors = encoder.encode(texts)
        for row in range(3):
            if float(vectors[row] @ vectors[row + 1]) >= SAME_ANCHOR and _words_alike(texts[row], texts[row + 1]):
                problem = f"{names[row]} and {names[row + 1]} can't be told apart"
                yield _finding(
                    "error", "anchors", "rubric", f"criteria.{criterion.id}.anchors", problem, "write what is said at each level"
                )
        for name, text in zip(names[1:], texts[1:], strict=True):
            if len(set(terms(text)) - RATING_WORDS) < ANCHOR_WORDS:
                problem = f"'{text}' is not something one could find in a transcript"
                yield _finding(
                    "error",
                    "anchors",
                    "rubric",
                    f"criteria.{criterion.id}.anchors.{name}",
                    problem,
                    "say what is said, not how good it is",
                )


def _leaks(scenario: Scenario, guard: Guard) -> Iterator[Finding]:
    brief = scenario.brief
    fix = "word it so that it fits any solution"
    opening = Utterance(index=0, speaker="interviewer", text=brief.opening, phase=brief.phases[0].id, at=0)
    for field, text in [("opening", brief.opening), ("title", brief.title), ("summary", brief.summary)]:
        # The problem statement may tell what the system is for, so only outright names of concepts count against it.
        for concept in scenario.reference.concepts:
            if any(wording.casefold() in text.casefold() for wording in concept.wordings):
                yield _finding("error", "leak", "brief", field, f"names approach '{concept.id}'", fix)
    asked = [(f"phases.{phase.id}.entry", phase.entry) for phase in brief.phases]
    asked += [(f"probes.{probe.id}", probe.text) for probe in brief.probes]
    for field, text in asked:
        verdict = guard.review(text, (opening,), frozenset())
        if verdict.blocked:
            worst = max(verdict.findings, key=lambda finding: finding.score)
            yield _finding("error", "leak", "brief", field, f"gives away {worst.kind} '{worst.id}' ({worst.how})", fix)


def _pairs(vectors: Vectors, floor: float) -> Iterator[tuple[int, int]]:
    """Index pairs whose similarity reaches `floor`."""
    similarity = vectors @ vectors.T
    rows, columns = np.nonzero(np.triu(similarity, k=1) >= floor)
    yield from zip(rows.tolist(), columns.tolist(), strict=True)


def _words_alike(one: str, other: str, share: float = 0.8) -> bool:
    """Whether the content words are nearly the same: embeddings alone call 'at peak' and 'on average' alike."""
    mine, theirs = set(terms(one)), set(terms(other))
    return len(mine & theirs) >= share * max(1, len(mine | theirs))


def _field(owner: str) -> str:
    return f"unknown.{owner.removeprefix('unknown:')}.questions" if owner.startswith("unknown:") else f"facts.{owner}.questions"


def _finding(severity: Severity, check: Check, part: str, field: str, problem: str, fix: str) -> Finding:
    return Finding(check=check, severity=severity, file=f"{part}.yaml", field=field, problem=problem, fix=fix)
