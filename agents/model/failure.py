"""Why a model call failed: one exception class with a closed set of kinds."""

from typing import Any, Literal

from agents.dialogue import Usage

FailureKind = Literal[
    "timeout",
    "connection",
    "rate_limited",
    "server_error",
    "auth",
    "bad_request",
    "not_found",
    "context_overflow",
    "truncated",
    "empty",
    "refusal",
    "malformed",
    "wrong_schema",
    "too_large",
    "budget_exhausted",
]

TRANSIENT: frozenset[FailureKind] = frozenset({"timeout", "connection", "rate_limited", "server_error"})
"""Kinds that the same request may survive a little later."""


class ModelFailure(Exception):  # noqa: N818 - the roles' word for it; it is a result as much as an error
    """A call that gave no usable reply.

    `str()` is one line of our own fixed words, safe on any screen and in any record: it never holds the key, the prompt,
    the reply or the server's free text (servers echo prompts, and prompts hold hidden facts). `detail` is the server's
    scrubbed text for `interview doctor` and logs of the person who owns the prompts; keep it out of records.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        detail: str = "",
        text: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        transient: bool | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.detail = detail
        self.text = text
        self.status = status
        self.retry_after = retry_after
        self.transient = kind in TRANSIENT if transient is None else transient
        self.usage = usage if usage is not None else Usage()

    def tried(self, times: int) -> None:
        """Say in the message how often it was tried, if more than once."""
        if times > 1:
            self.message += f" ({times} tries)"
            self.args = (self.message,)

    def line(self) -> str:
        """Kind and message as one line, as it may stand in a record: 'timeout: no answer within 60 s'."""
        return f"{self.kind}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive pickling, so that a worker process can hand the failure back."""
        state = {name: value for name, value in vars(self).items() if name not in {"kind", "message"}}
        return (type(self), (self.kind, self.message), state)
