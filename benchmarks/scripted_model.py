"""A scripted model that plays every role through the local server, for benchmarks and tests: it answers by what is asked."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agents.devserver import Answer, ChatRequest, DevServer

Says = Callable[[ChatRequest], Any]

QUESTIONS = (
    "What led you to that?",
    "Where would you expect trouble first?",
    "What did you weigh that against?",
    "How would you know that it works?",
    "What would you check before you rely on it?",
)
ROLES = ("interviewer", "facts", "grader", "candidate")
ASKS = ("How many items are there per day?", "What is the volume per day?", "How many items come in a day?")
CRITERIA = re.compile(r"## Grade now\nDimension: .*?\. Criteria: (.*)\.")


def role_of(request: ChatRequest) -> str:
    """Who is asking, by the first line of its prompt."""
    for role, words in (
        ("interviewer", "You are the interviewer"),
        ("facts", "You look up"),
        ("grader", "You grade"),
        ("candidate", "You play"),
    ):
        if request.system.startswith(words):
            return role
    return "doctor"


@dataclass
class ScriptedModel:
    """Plain answers for each role; `says` replaces one role's."""

    says: dict[str, Says] = field(default_factory=dict)

    def __call__(self, request: ChatRequest) -> Answer:
        role = role_of(request)
        made = self.says.get(role, getattr(self, f"_{role}"))(request)
        return made if isinstance(made, Answer) else Answer(data=made)

    def _interviewer(self, request: ChatRequest) -> Any:
        turns = request.last_user.count('speaker="interviewer"')
        return {"say": QUESTIONS[turns % len(QUESTIONS)], "area": "data"}

    def _facts(self, request: ChatRequest) -> Any:
        count = request.last_user.count("<question")
        first = re.search(r"^- ([a-z0-9-]+) \(", request.system, re.MULTILINE)
        ids = [first[1]] if first else []
        return {"answers": [{"question": n, "status": "answered", "ids": ids} for n in range(1, count + 1)]}

    def _grader(self, request: ChatRequest) -> Any:
        found = CRITERIA.search(request.last_user)
        said = re.search(r'<turn n="(\d+)" speaker="candidate">\n(.+)', request.last_user)
        quotes = [{"turn": int(said[1]), "quote": " ".join(said[2].split()[:8])}] if said else []
        return {
            "criteria": [
                {"criterion": name, "quotes": quotes, "why": "It was said.", "levels": [0.0, 0.1, 0.6, 0.3, 0.0]}
                for name in (found[1] if found else "").split(", ")
            ]
        }

    def _candidate(self, request: ChatRequest) -> Any:
        turn = request.last_user.count("<turn")
        asks = "Ask one question" in request.last_user or "ask one question" in request.last_user
        say = f"I would take step {turn} next because the step before it left that open, and I would check it on recent records."
        return {"say": say + (f" {ASKS[turn % len(ASKS)]}" if asks else ""), "move": "go_on"}

    def _doctor(self, request: ChatRequest) -> Any:  # noqa: ARG002
        return {"greeting": "hello"}


def by_role(server: DevServer, role: str) -> list[ChatRequest]:
    """The requests of one role, in order."""
    return [call.request for call in server.calls if role_of(call.request) == role]


def text(data: Any) -> str:
    """A reply as the model would write it."""
    return json.dumps(data)


def respond(request: ChatRequest) -> Answer:
    """For `python -m agents.devserver --script benchmarks.scripted_model:respond`."""
    return ScriptedModel()(request)
