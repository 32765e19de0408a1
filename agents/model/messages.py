"""What goes into a model call and what comes out of it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agents.dialogue import Usage
from agents.model.failure import FailureKind
from scenarios.model import Model


class Message(Model):
    """One chat message; prompts put what stays the same first, so that a server's prefix cache works."""

    role: Literal["system", "user", "assistant"]
    content: str


class Completion(BaseModel):
    """A usable reply.

    `parsed` is an instance of the schema that was asked for, None without one. `usage` sums every request that was sent
    for it, retries and repair included (zeros if it came from the reply cache). `error` is what was wrong with the first
    reply when a repair mended it, None when nothing was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    text: str
    parsed: Any = None
    usage: Usage = Usage()
    finish_reason: str | None = None
    error: FailureKind | None = None
    cached: bool = False
    model: str
    structured: str | None = None


def system(content: str) -> Message:
    """A system message."""
    return Message(role="system", content=content)


def user(content: str) -> Message:
    """A user message."""
    return Message(role="user", content=content)


def assistant(content: str) -> Message:
    """An assistant message."""
    return Message(role="assistant", content=content)
