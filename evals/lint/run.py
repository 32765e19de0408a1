"""Runs every check on one scenario."""

from pathlib import Path

from agents.encoder import SentenceEncoder
from agents.guard import EmbeddedGuard
from evals.lint.finding import Finding
from evals.lint.meaning import meaning_findings
from evals.lint.numbers import number_findings
from evals.lint.structure import structure_findings
from scenarios.loader import ScenarioError, load
from scenarios.scenario import Scenario


def lint(scenario: Scenario, encoder: SentenceEncoder) -> tuple[Finding, ...]:
    """All findings, errors first."""
    guard = EmbeddedGuard(scenario.facts, scenario.reference, encoder)
    found = [
        *structure_findings(scenario),
        *number_findings(scenario.facts),
        *meaning_findings(scenario, encoder, guard),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity == "advice"))


def lint_path(path: Path, encoder: SentenceEncoder) -> tuple[Finding, ...]:
    """All findings for a file or folder; one that does not load gives a single schema finding."""
    try:
        scenario = load(path)
    except ScenarioError as error:
        file, _, rest = str(error).partition(": ")
        field, _, problem = rest.partition(": ")
        finding = Finding(
            check="schema",
            severity="error",
            file=file,
            field=field if problem else "(whole)",
            problem=problem or rest,
            fix="see docs/scenarios.md",
        )
        return (finding,)
    return lint(scenario, encoder)
