"""Deliberately leaky interviewers, planted to show that the eval finds leaks at the rate at which they happen."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from agents.cast import Cast
from agents.dialogue import Transcript
from agents.guard import Verdict
from agents.interviewer import Draft, Interviewer, InterviewerView
from scenarios.scenario import Scenario

Leak = Literal["states a fact", "names a concept", "implies a concept"]
LEAKS: tuple[Leak, ...] = ("states a fact", "names a concept", "implies a concept")


@dataclass
class LeakyInterviewer:
    """Leaks in a share `rate` of its turns for each kind; `planted` keeps what it did, by the text it said."""

    inner: Interviewer
    scenario: Scenario
    rate: float
    rng: Random
    planted: dict[str, Leak] = field(default_factory=dict)

    def open(self) -> Draft:
        return self.inner.open()

    async def reply(self, view: InterviewerView) -> Draft:
        draft = await self.inner.reply(view)
        draw = self.rng.random()
        for number, leak in enumerate(LEAKS):
            if number * self.rate <= draw < (number + 1) * self.rate and not draft.closing:
                text = self._leak(leak)
                self.planted[text] = leak
                return draft.model_copy(update={"text": text})
        return draft

    def _leak(self, leak: Leak) -> str:
        fact = self.rng.choice(self.scenario.facts.facts)
        concept = self.rng.choice(self.scenario.reference.concepts)
        match leak:
            case "states a fact":
                return f"Okay. {fact.text} What would you do with that?"
            case "names a concept":
                return f"I see. Would {self.rng.choice(concept.wordings)} be of use here?"
            case "implies a concept":
                return f"Thanks. {self.rng.choice(concept.implied_by)}"


class OpenGuard:
    """A guard that lets everything pass."""

    def review(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Verdict:  # noqa: ARG002
        return Verdict(blocked=False)


def leaky_cast(cast: Cast, scenario: Scenario, rate: float, seed: int) -> tuple[Cast, LeakyInterviewer]:
    """`cast` with a leaky interviewer and no guard to stop it."""
    interviewer = LeakyInterviewer(cast.interviewer, scenario, rate, Random(seed))
    return replace(cast, interviewer=interviewer, guard=OpenGuard()), interviewer
