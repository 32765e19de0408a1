"""Builds the cast: hands each role its own compartment of the scenario and nothing more."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agents.coverage import AreaMeter, CoverageMeter
from agents.dialogue import Transcript, Utterance
from agents.encoder import SentenceEncoder
from agents.engines import Engines
from agents.facts import EmbeddedFactsAgent, FactsAgent
from agents.facts.llm import PROMPT as FACTS_PROMPT
from agents.facts.llm import VERIFIED_VERSION, LlmFactsAgent, VerifiedFactsAgent
from agents.facts.llm import VERSION as FACTS_VERSION
from agents.grader import CalibrationArtifact, EmbeddedGrader, Grader
from agents.grader.llm import PROMPT as GRADER_PROMPT
from agents.grader.llm import VERSION as GRADER_VERSION
from agents.grader.llm import LlmGrader
from agents.guard import EmbeddedGuard, Guard
from agents.hints import HintServer
from agents.interviewer import Clock, Draft, EmbeddedInterviewer, Interviewer, Schedule
from agents.interviewer.llm import PROMPT as INTERVIEWER_PROMPT
from agents.interviewer.llm import VERSION as INTERVIEWER_VERSION
from agents.interviewer.llm import LlmInterviewer, OnUnusable
from agents.prompts import load_prompt
from agents.record import RoleStamp
from agents.router import EmbeddedRouter, Heard, Router
from agents.settings import Role, Selector, Settings
from scenarios.facts import FactSheet
from scenarios.scenario import Scenario

EMBEDDED = RoleStamp(implementation="embedded/1")
Redraft = Callable[[Draft, Transcript, Clock], Awaitable[Draft | None]]


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
    redraft: Redraft | None = None
    engines: Engines | None = None

    @property
    def engine(self) -> dict[Role, RoleStamp]:
        """The stamps for the record, with how each model's server was found to take structured output."""
        return {role: self._detected(role, stamp) for role, stamp in self.stamps.items()}

    def warm(self) -> None:
        """Load the weights and vectors that the first turn would otherwise wait for; changes nothing."""
        said = "I would count the requests first."
        turn = Utterance(index=0, speaker="candidate", text=said, phase="clarify", at=0.0)
        self.router.route(Heard(text=said))
        self.coverage.talk(said)
        self.grader.note((turn,))
        self.guard.review(said, (turn,), frozenset())

    def _detected(self, role: Role, stamp: RoleStamp) -> RoleStamp:
        if self.engines is None or stamp.model is None:
            return stamp
        abilities = self.engines.model(role).abilities
        if not abilities.detected:
            return stamp
        return stamp.model_copy(update={"implementation": f"{stamp.implementation} {abilities.structured}"})


def build_cast(
    scenario: Scenario,
    settings: Settings,
    encoder: SentenceEncoder,
    engines: Engines | None = None,
    *,
    on_unusable: OnUnusable = "raise",
    calibration: CalibrationArtifact | None = None,
) -> Cast:
    """The cast for `scenario`; with the loader, the only place that handles a scenario whole.

    Roles that `settings` gives to the llm engine take their models from `engines`; without it every role is embedded.
    `on_unusable` is what the LLM interviewer does with a reply that can't be read.
    """
    stamps: dict[Role, RoleStamp] = dict.fromkeys(("router", "facts", "interviewer", "guard", "grader"), EMBEDDED)
    interviewer: Interviewer = EmbeddedInterviewer(scenario.brief, settings)
    notes = EmbeddedGrader(
        scenario.rubric, scenario.reference, encoder, target_level=settings.target_level, calibration=calibration
    )
    grader: Grader = notes
    facts: FactsAgent = EmbeddedFactsAgent(scenario.facts, encoder)
    redraft: Redraft | None = None
    if engines is not None:
        facts = _facts(scenario.facts, facts, settings.selection, encoder, engines)
        stamps["facts"] = _facts_stamp(settings, engines)
        if settings.engine_of("interviewer") == "llm":
            worded = LlmInterviewer(scenario.brief, settings, engines.model("interviewer"), on_unusable=on_unusable)
            interviewer, redraft = worded, worded.redraft
            stamps["interviewer"] = llm_stamp(INTERVIEWER_VERSION, engines, "interviewer")
        if settings.engine_of("grader") == "llm":
            grader = LlmGrader(
                scenario.rubric,
                scenario.reference,
                notes,
                engines.model("grader"),
                target_level=settings.target_level,
                samples=settings.samples,
            )
            stamps["grader"] = llm_stamp(GRADER_VERSION, engines, "grader")
    return Cast(
        router=EmbeddedRouter(encoder, scenario.facts.topics),
        facts=facts,
        interviewer=interviewer,
        guard=EmbeddedGuard(scenario.facts, scenario.reference, encoder),
        grader=grader,
        hints=HintServer(scenario.reference.hints),
        coverage=CoverageMeter(scenario.brief, encoder),
        schedule=Schedule(scenario.brief, settings.minutes),
        stamps=stamps,
        redraft=redraft,
        engines=engines,
    )


PROMPTS = {"facts": FACTS_PROMPT, "interviewer": INTERVIEWER_PROMPT, "grader": GRADER_PROMPT}


def llm_stamp(version: str, engines: Engines, role: Role) -> RoleStamp:
    """The stamp of a role that a model plays."""
    return RoleStamp(
        implementation=version, model=engines.model(role).settings.model, prompt_sha256=load_prompt(PROMPTS[role]).sha256
    )


def _facts(sheet: FactSheet, embedded: FactsAgent, selection: Selector, encoder: SentenceEncoder, engines: Engines) -> FactsAgent:
    match selection:
        case "embedded":
            return embedded
        case "llm":
            return LlmFactsAgent(sheet, encoder, engines.model("facts"))
        case "embedded+llm-verify":
            return VerifiedFactsAgent(sheet, embedded, engines.model("facts"))


def _facts_stamp(settings: Settings, engines: Engines) -> RoleStamp:
    if settings.selection == "embedded":
        return EMBEDDED
    return llm_stamp(FACTS_VERSION if settings.selection == "llm" else VERIFIED_VERSION, engines, "facts")
