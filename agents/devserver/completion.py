"""The bodies of OpenAI's chat completion protocol: completions, chunks, errors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents.devserver.prefix import count_tokens

_PIECE = re.compile(r"\s*\S+\s*$|\s*\S+|\s+$")

ERRORS: dict[str, tuple[int, str, str, str | None]] = {
    "400": (400, "The request is not valid.", "invalid_request_error", None),
    "401": (401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    "403": (403, "You are not allowed to use this model.", "permission_error", "forbidden"),
    "404": (404, "The model does not exist.", "invalid_request_error", "model_not_found"),
    "429": (429, "Rate limit reached.", "requests", "rate_limit_exceeded"),
    "500": (500, "The server had an error.", "server_error", None),
    "503": (503, "The engine is overloaded.", "server_error", None),
    "context_overflow": (
        400,
        "This model's maximum context length is 128 tokens. Please reduce the length of the messages.",
        "invalid_request_error",
        "context_length_exceeded",
    ),
}


@dataclass(frozen=True)
class Made:
    """A reply that is ready to be put on the wire."""

    index: int
    model: str
    text: str | None
    finish_reason: str
    prompt_tokens: int
    cached_tokens: int
    role: str = "assistant"
    refusal: str | None = None

    @property
    def usage(self) -> dict[str, Any]:
        """The usage object."""
        completion = count_tokens((self.text or "") + (self.refusal or ""))
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion,
            "total_tokens": self.prompt_tokens + completion,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
        }

    def _shell(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": f"chatcmpl-dev-{self.index}", "object": kind, "created": 0, "model": self.model, "choices": choices}

    def body(self) -> dict[str, Any]:
        """The completion in one piece."""
        message = {"role": self.role, "content": self.text, "refusal": self.refusal}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason, "logprobs": None}
        return {**self._shell("chat.completion", [choice]), "usage": self.usage}

    def chunks(self) -> Iterator[dict[str, Any]]:
        """The completion as chunks of a word each, up to and with the finish reason."""
        yield self._chunk({"role": self.role, "content": ""})
        if self.refusal is not None:
            yield self._chunk({"refusal": self.refusal})
        for piece in pieces(self.text or ""):
            yield self._chunk({"content": piece})
        yield self._chunk({}, self.finish_reason)

    def usage_chunk(self) -> dict[str, Any]:
        """The last chunk, if the client asked for usage."""
        return {**self._shell("chat.completion.chunk", []), "usage": self.usage}

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return self._shell("chat.completion.chunk", [choice])


def pieces(text: str) -> list[str]:
    """The text in words with their leading space; joined, they are the text."""
    if len(text) > 100_000:
        return [text[start : start + 65_536] for start in range(0, len(text), 65_536)]
    return _PIECE.findall(text)


def error_body(message: str, kind: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """The error object."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
