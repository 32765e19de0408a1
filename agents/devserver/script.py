"""What the local server is to answer: rules, a list of replies, or a function."""

import importlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BeforeValidator, Field, field_validator

from agents.devserver.request import ChatRequest
from scenarios.model import Model

Fault = Literal[
    "400",
    "401",
    "403",
    "404",
    "429",
    "500",
    "503",
    "context_overflow",
    "slow",
    "hang",
    "drop_before",
    "drop_after_headers",
    "half_stream",
    "cut_stream",
    "malformed_body",
    "malformed_json",
    "wrong_schema",
    "truncated",
    "empty",
    "refusal",
    "wrong_role",
    "huge",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)


class Answer(Model):
    """One reply: `text`, or `data` sent as JSON text; with neither, an object that fits the requested schema, or an echo."""

    text: str | None = None
    data: Any = Field(default=None, description="Any JSON value; sent as the reply's text.")
    fault: Annotated[Fault | None, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)] = None
    latency: float | None = Field(default=None, ge=0, description="Seconds before the reply; the server's own if None.")
    finish_reason: str = "stop"
    headers: dict[str, str] = Field(default_factory=dict, description="Added to the HTTP response, for example Retry-After.")
    message: str | None = Field(default=None, description="The error text of a status fault.")


Responder = Callable[[ChatRequest], Answer | str]


class Rule(Model):
    """A reply for requests whose last user message and system message match; `times` limits how often it serves."""

    when: str = ""
    system: str = ""
    reply: Answer | str
    times: int | None = Field(default=None, ge=1)

    @field_validator("when", "system")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            msg = f"not a regular expression: {error}"
            raise ValueError(msg) from error
        return value

    def matches(self, request: ChatRequest) -> bool:
        """Whether both patterns are found."""
        return all(
            re.search(pattern, text, re.IGNORECASE | re.DOTALL)
            for pattern, text in ((self.when, request.last_user), (self.system, request.system))
        )


class Script(Model):
    """Rules first, in order; then the replies one after another, the last one for good (or round and round); then the default."""

    rules: tuple[Rule, ...] = ()
    replies: tuple[Answer | str, ...] = ()
    cycle: bool = False
    default: Answer | str = Answer()


class Player:
    """Plays a script and remembers how far it has come."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._served = [0] * len(script.rules)
        self._next = 0

    def __call__(self, request: ChatRequest) -> Answer | str:
        """The next answer."""
        for position, rule in enumerate(self._script.rules):
            if (rule.times is None or self._served[position] < rule.times) and rule.matches(request):
                self._served[position] += 1
                return rule.reply
        replies = self._script.replies
        if not replies:
            return self._script.default
        position = self._next % len(replies) if self._script.cycle else min(self._next, len(replies) - 1)
        self._next += 1
        return replies[position]


def load_responder(source: str) -> Responder:
    """A responder from a YAML or JSON script file, or from `package.module:function`.

    Raises `OSError`, `ValueError` (pydantic's and the parsers' errors are ValueErrors or subclass it) or `ImportError`.
    """
    path = Path(source)
    if not path.exists() and re.fullmatch(r"[\w.]+:\w+", source):
        module, _, name = source.partition(":")
        function: Responder = getattr(importlib.import_module(module), name)
        return function
    text = path.read_text(encoding="utf-8")
    try:
        data = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except yaml.YAMLError as error:
        msg = f"{source} is not YAML: {error}"
        raise ValueError(msg) from error
    return Player(Script.model_validate(data))
