"""What the facts agent is asked and answers: questions in, fact ids and stored sentences out."""

from typing import Literal, Protocol

from pydantic import Field

from agents.dialogue import FactsAct, Usage
from scenarios.model import Model

Outcome = Literal["answered", "not_specified", "be_specific", "which_part", "not_a_fact", "selector_error"]


class Answer(Model):
    """The outcome for one question; `fact_ids` is empty unless it was answered."""

    question: str
    outcome: Outcome
    fact_ids: tuple[str, ...] = ()
    confidence: float = Field(default=0.0, ge=0, le=1)


class FactsReply(Model):
    """The rendered reply: stored sentences of this sheet and fixed strings, nothing else."""

    text: str
    acts: tuple[FactsAct, ...]
    answers: tuple[Answer, ...]
    usage: Usage | None = None

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """Facts released by this reply, in the order they were asked for."""
        return tuple(dict.fromkeys(item for answer in self.answers for item in answer.fact_ids))


class FactsAgent(Protocol):
    """Knows the fact sheet and answers only the questions asked; at most three facts a turn."""

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        """Answer standalone questions in order; the reply is stored text or one of a few fixed strings."""
        ...
