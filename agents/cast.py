"""Builds the cast: hands each role its own compartment of the scenario and nothing more."""

from dataclasses import dataclass

from agents.coverage import AreaMeter, CoverageMeter
from agents.encoder import SentenceEncoder
from agents.facts import EmbeddedFactsAgent, FactsAgent
from agents.grader import EmbeddedGrader, Grader
from agents.guard import EmbeddedGuard, Guard
from agents.hints import HintServer
from agents.interviewer import EmbeddedInterviewer, Interviewer, Schedule
from agents.record import RoleStamp
from agents.router import EmbeddedRouter, Router
from agents.settings import Role, Settings
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class Cast:
    """The role implementations that one interview runs with."""

    router: Router
    facts: FactsAgent
    interviewer: Interviewer
    guard: Guard
    grader: Grader
    hints: HintServer
    coverage: AreaMeter
    schedule: Schedule
    stamps: dict[Role, RoleStamp]


def build_cast(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    """The embedded cast for `scenario`; with the loader, the only place that handles a scenario whole."""
    return Cast(
        router=EmbeddedRouter(encoder, scenario.facts.topics),
        facts=EmbeddedFactsAgent(scenario.facts, encoder),
        interviewer=EmbeddedInterviewer(scenario.brief, settings),
        guard=EmbeddedGuard(scenario.facts, scenario.reference, encoder),
        grader=EmbeddedGrader(scenario.rubric, scenario.reference, encoder, target_level=settings.target_level),
        hints=HintServer(scenario.reference.hints),
        coverage=CoverageMeter(scenario.brief, encoder),
        schedule=Schedule(scenario.brief, settings.minutes),
        stamps={role: RoleStamp(implementation="embedded/1") for role in ("router", "facts", "interviewer", "guard", "grader")},
    )
