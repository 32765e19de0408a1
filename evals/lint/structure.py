"""Checks what can be counted: enough facts, questions, criteria, probes, concepts and hints, and room for every criterion."""

from collections.abc import Iterator

from agents.interviewer import violations
from evals.lint.finding import Check, Finding, Severity
from scenarios.brief import Brief
from scenarios.facts import FactSheet
from scenarios.names import AREAS
from scenarios.pattern_cards import pattern_ids
from scenarios.reference import Reference
from scenarios.rubric import Rubric
from scenarios.scenario import Scenario

FACTS, QUESTIONS, UNKNOWN, CRITERIA, EVIDENCE = (25, 45), 5, 10, 18, 3
PROBES, CONCEPTS, WORDINGS, IMPLIED, RUNGS, ALTERNATIVES, ANSWER_WORDS, OPENING_WORDS = 30, 12, 3, 2, 3, 1, 80, 100


def structure_findings(scenario: Scenario) -> Iterator[Finding]:
    """Everything about one scenario that counting shows."""
    yield from _facts(scenario.facts)
    yield from _brief(scenario.brief)
    yield from _rubric(scenario.rubric, scenario.brief)
    yield from _reference(scenario.reference, scenario.brief)


def _facts(sheet: FactSheet) -> Iterator[Finding]:
    if len(sheet.facts) < FACTS[0]:
        yield _advice(
            "counts", "facts", "facts", f"only {len(sheet.facts)} facts", f"write at least {FACTS[0]} for a full interview"
        )
    if len(sheet.facts) > FACTS[1]:
        yield _advice("counts", "facts", "facts", f"{len(sheet.facts)} facts", f"keep the {FACTS[1]} that matter most")
    if len(sheet.unknown) < UNKNOWN:
        yield _advice("counts", "facts", "unknown", f"only {len(sheet.unknown)} unknown topics", f"name at least {UNKNOWN}")
    for fact in sheet.facts:
        if len(fact.questions) < QUESTIONS:
            problem = f"only {len(fact.questions)} questions"
            yield _advice(
                "counts", "facts", f"facts.{fact.id}.questions", problem, f"write at least {QUESTIONS} in different words"
            )
        if _holds_two(fact.text):
            yield _advice(
                "two-facts",
                "facts",
                f"facts.{fact.id}.text",
                "holds more than one fact",
                "split it: one sentence, one thing to know",
            )


def _holds_two(text: str) -> bool:
    """More than one sentence, or two clauses joined by a semicolon."""
    body = text.rstrip(".!? ")
    return ";" in body or any(f"{mark} " in body and body.split(f"{mark} ", 1)[1][:1].isupper() for mark in (".", "!", "?"))


def _brief(brief: Brief) -> Iterator[Finding]:
    if len(brief.opening.split()) > OPENING_WORDS:
        yield _advice("counts", "brief", "opening", f"{len(brief.opening.split())} words", f"say it in {OPENING_WORDS}")
    if len(brief.probes) < PROBES:
        yield _advice("counts", "brief", "probes", f"only {len(brief.probes)} probes", f"write at least {PROBES}")
    for area in brief.areas:
        if not any(probe.area == area.id for probe in brief.probes):
            yield _error("room", "brief", f"areas.{area.id}", "has no probe", "write at least one open probe for it")
    for phase in brief.phases:
        if not any(probe.phase == phase.id for probe in brief.probes):
            yield _error("room", "brief", f"phases.{phase.id}", "has no probe", "write at least one probe for it")
    lines = [(f"probes.{probe.id}", probe.text) for probe in brief.probes] + [
        (f"phases.{phase.id}.entry", phase.entry) for phase in brief.phases
    ]
    for field, text in lines:
        for broken in violations(text):
            yield _error("house-rules", "brief", field, broken, "ask one open question of at most 40 words")
        if text.count("?") != 1 and not violations(text):
            yield _error("house-rules", "brief", field, "asks no question", "ask one open question")


def _rubric(rubric: Rubric, brief: Brief) -> Iterator[Finding]:
    if len(rubric.criteria) < CRITERIA:
        yield _advice("counts", "rubric", "criteria", f"only {len(rubric.criteria)} criteria", f"write at least {CRITERIA}")
    with_room = {area for phase in brief.phases for area in phase.areas} & {probe.area for probe in brief.probes}
    for criterion in rubric.criteria:
        if not with_room & set(criterion.room):
            fix = f"give a phase and a probe to the area '{criterion.dimension}'"
            yield _error("room", "rubric", f"criteria.{criterion.id}", "no phase or probe gives room for it", fix)
        if len(criterion.evidence) < EVIDENCE:
            problem = f"only {len(criterion.evidence)} examples of evidence"
            yield _advice("counts", "rubric", f"criteria.{criterion.id}.evidence", problem, f"write at least {EVIDENCE}")
    for dimension in rubric.dimensions:
        if not any(criterion.dimension == dimension.id for criterion in rubric.criteria):
            yield _error("counts", "rubric", f"dimensions.{dimension.id}", "has no criterion", "write one or drop the dimension")


def _reference(reference: Reference, brief: Brief) -> Iterator[Finding]:
    if len(reference.concepts) < CONCEPTS:
        yield _advice("counts", "reference", "concepts", f"only {len(reference.concepts)} concepts", f"name at least {CONCEPTS}")
    for concept in reference.concepts:
        where = f"concepts.{concept.id}"
        if len(concept.wordings) < WORDINGS:
            yield _advice(
                "counts", "reference", f"{where}.wordings", f"only {len(concept.wordings)}", f"give at least {WORDINGS}"
            )
        if len(concept.implied_by) < IMPLIED:
            yield _advice(
                "counts", "reference", f"{where}.implied_by", f"only {len(concept.implied_by)}", f"give at least {IMPLIED}"
            )
    yield from _hints(reference, brief)
    yield from _answer(reference, brief)


def _hints(reference: Reference, brief: Brief) -> Iterator[Finding]:
    for area in [area.id for area in brief.areas if area.id in AREAS]:
        ladder = next((ladder for ladder in reference.hints if ladder.area == area), None)
        if ladder is None or len(ladder.rungs) < RUNGS:
            have = len(ladder.rungs) if ladder else 0
            yield _advice("hints", "reference", f"hints.{area}", f"{have} rungs", f"write {RUNGS}, from general to explicit")


def _answer(reference: Reference, brief: Brief) -> Iterator[Finding]:
    for part in reference.answer:
        if len(part.text.split()) < ANSWER_WORDS:
            yield _advice(
                "reference",
                "reference",
                f"answer.{part.phase}",
                f"only {len(part.text.split())} words",
                "argue the trade-offs and work the numbers",
            )
    for phase in brief.phases:
        if not any(part.phase == phase.id for part in reference.answer):
            yield _advice("reference", "reference", "answer", f"says nothing for phase '{phase.id}'", "write that part")
    if len(reference.alternatives) < ALTERNATIVES:
        yield _advice("reference", "reference", "alternatives", "names no other design", "name what deserves equal credit")
    for card in reference.patterns:
        if card not in pattern_ids():
            yield _error(
                "patterns",
                "reference",
                "patterns",
                f"there is no pattern card '{card}'",
                f"use one of {', '.join(pattern_ids()[:4])}, ...",
            )


def _error(check: Check, part: str, field: str, problem: str, fix: str) -> Finding:
    return _finding("error", check, part, field, problem, fix)


def _advice(check: Check, part: str, field: str, problem: str, fix: str) -> Finding:
    return _finding("advice", check, part, field, problem, fix)


def _finding(severity: Severity, check: Check, part: str, field: str, problem: str, fix: str) -> Finding:
    return Finding(check=check, severity=severity, file=f"{part}.yaml", field=field, problem=problem, fix=fix)
