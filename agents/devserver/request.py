"""A chat completion request as the local server received it."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ChatRequest:
    """`index` counts chat requests from 0; `raw` holds the body's bytes as they came over the wire."""

    index: int
    raw: bytes
    headers: dict[str, str] = field(repr=False)
    body: dict[str, Any] = field(repr=False)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation."""
        messages: list[dict[str, Any]] = self.body["messages"]
        return messages

    @property
    def last_user(self) -> str:
        """The last user message, empty if there is none."""
        return next((text_of(message) for message in reversed(self.messages) if message.get("role") == "user"), "")

    @property
    def system(self) -> str:
        """The first system (or developer) message, empty if there is none."""
        return next((text_of(message) for message in self.messages if message.get("role") in {"system", "developer"}), "")

    @property
    def prompt(self) -> str:
        """The whole prompt as one text, in order, as a server's prefix cache sees it."""
        return "".join(f"<{message.get('role')}>\n{text_of(message)}\n" for message in self.messages)

    @property
    def model(self) -> str:
        """The model that was asked for."""
        return str(self.body.get("model", ""))

    @property
    def streaming(self) -> bool:
        """Whether the reply is to be streamed."""
        return bool(self.body.get("stream"))

    @property
    def wants_usage(self) -> bool:
        """Whether a streamed reply ends with a usage chunk."""
        return bool((self.body.get("stream_options") or {}).get("include_usage"))

    @property
    def format(self) -> str | None:
        """The type of `response_format`, None if there is none."""
        kind = (self.body.get("response_format") or {}).get("type")
        return None if kind in {None, "text"} else str(kind)

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON Schema that the reply must fit, None if none was sent."""
        schema: dict[str, Any] | None = ((self.body.get("response_format") or {}).get("json_schema") or {}).get("schema")
        return schema

    @property
    def max_tokens(self) -> int | None:
        """The longest reply in tokens, None if there is no limit."""
        limit = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        return int(limit) if limit else None


def text_of(message: dict[str, Any]) -> str:
    """A message's text, whether it is a string or a list of parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def parse_chat(index: int, raw: bytes, headers: dict[str, str]) -> ChatRequest:
    """Read a request body. Raises `ValueError` with what is wrong with it."""
    body = json.loads(raw)
    if not isinstance(body, dict) or not isinstance(body.get("model"), str):
        msg = "you must provide a model parameter"
        raise ValueError(msg)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(message, dict) for message in messages):
        msg = "messages must be a list of one or more messages"
        raise ValueError(msg)
    return ChatRequest(index, raw, headers, body)
