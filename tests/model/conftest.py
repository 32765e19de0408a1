"""A local server and a model that talks to it, through the real HTTP stack."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agents.devserver import DevServer, serving
from agents.model import AbilityBook, ChatModel, ModelSettings

KEY = "sk-test-0123456789abcdefSECRET"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERVIEW_API_KEY", "INTERVIEW_MODEL", "INTERVIEW_BASE_URL", "OPENAI_BASE_URL", "LANGSMITH_TRACING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def server() -> Iterator[DevServer]:
    with serving() as running:
        yield running


@pytest.fixture
def chat(server: DevServer) -> Callable[..., ChatModel]:
    return lambda **fields: chat_with(server, **fields)


def chat_with(server: DevServer, **fields: Any) -> ChatModel:
    """A model on `server` that waits little and has learnt nothing yet."""
    extra = {name: fields.pop(name) for name in ("ledger", "cache") if name in fields}
    settings = {"model": "dev", "base_url": server.base_url, "backoff_s": 0.001, "max_retries": 2, "timeout_s": 5.0, **fields}
    return ChatModel(ModelSettings.model_validate(settings), book=AbilityBook(), seed=1, **extra)
