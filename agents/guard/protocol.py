"""What the guard judges: an interviewer draft against the undisclosed facts and the hidden concepts."""

from typing import Literal, Protocol

from pydantic import Field

from agents.dialogue import Transcript
from scenarios.model import Model


class Finding(Model):
    """One thing that a draft would give away."""

    kind: Literal["fact", "approach", "canary"]
    id: str = Field(description="Fact or concept id.")
    score: float = Field(ge=0, le=1)
    how: str = Field(description="Stated, paraphrased, number, named or implied, with the words that did it.")


class Verdict(Model):
    """Pass or block, with every finding above the threshold."""

    blocked: bool
    findings: tuple[Finding, ...] = ()
    score: float = Field(default=0.0, ge=0, le=1, description="Probability that the draft leaks.")


class Guard(Protocol):
    """Reference monitor: holds facts and reference, sees the transcript, says pass or block and never rewrites."""

    def review(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Verdict:
        """Judge `draft` given what was said and the ids of facts already released."""
        ...
