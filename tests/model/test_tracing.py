"""Traces carry hidden facts, so there are none unless someone asks."""

import os
from typing import Any

import pytest
from langchain_core.callbacks.manager import AsyncCallbackManager
from langsmith.utils import get_env_var, tracing_is_enabled

from agents.devserver import Answer, DevServer, Fault
from agents.model import ModelSettings, disarm_tracing, system, tracing_held, tracing_warning, user
from agents.model.wire import Call, Reply, Wire
from tests.model.conftest import chat_with

ON = {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "ls-fake"}


@pytest.fixture
def armed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ON.items():
        monkeypatch.setenv(name, value)
    get_env_var.cache_clear()  # type: ignore[attr-defined]
    monkeypatch.setattr("langsmith.utils.get_env_var", get_env_var.__wrapped__)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("armed")
async def test_no_call_is_traced_whatever_the_environment_says(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tracing_is_enabled(), "the environment does ask for tracing"
    handlers: list[Any] = []
    original = AsyncCallbackManager.configure.__func__  # type: ignore[attr-defined]

    def watching(cls: type, *arguments: Any, **named: Any) -> Any:
        manager = original(cls, *arguments, **named)
        handlers.append([type(handler).__name__ for handler in manager.handlers])
        return manager

    monkeypatch.setattr(AsyncCallbackManager, "configure", classmethod(watching))
    await chat_with(server).complete([user("HIDDEN")], role="facts")
    await chat_with(server).complete([user("HIDDEN")], role="facts", stream=print)
    assert handlers, "a streamed call has a callback manager"
    assert not any("LangChainTracer" in names for names in handlers)


@pytest.mark.parametrize("fault", [None, "refusal", "truncated", "wrong_role", "empty"])
async def test_a_call_is_the_same_on_the_wire_and_in_what_it_gives_whether_traced_or_not(
    server: DevServer, fault: Fault | None
) -> None:
    """A traced call goes the long way through langchain, with callbacks; no other does."""
    server.respond_with(lambda request: Answer(data={"greeting": "hello"}, fault=fault))
    replies: list[Reply] = []
    for asked in (False, True):
        settings = ModelSettings(model="dev", base_url=server.base_url, tracing=asked)
        call = Call((system("Be brief."), user("Say hello.")), {"type": "json_object"}, temperature=0.5, max_tokens=50)
        replies.append(await Wire(settings).send(call))
        replies[-1].usage = replies[-1].usage.model_copy(update={"seconds": 0.0})
    short, long = (call.request.body for call in server.calls)
    assert short == long
    assert replies[0] == replies[1]


@pytest.mark.usefixtures("armed")
def test_a_block_can_be_held_and_asking_lifts_it() -> None:
    with tracing_held(os.environ, asked=False):
        assert not tracing_is_enabled()
    with tracing_held(os.environ, asked=True):
        assert tracing_is_enabled()


async def test_the_oldest_switch_does_not_crash_a_call(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGCHAIN_TRACING", "true")
    assert (await chat_with(server).complete([user("hello")], role="facts")).text


def test_the_switches_leave_the_environment_unless_asked_for() -> None:
    kept, removed = dict(ON), dict(ON)
    disarm_tracing(kept, asked=True)
    disarm_tracing(removed)
    assert kept == ON
    assert removed == {"LANGSMITH_API_KEY": "ls-fake"}


def test_the_warning_says_what_leaves_the_machine() -> None:
    assert "hidden facts" in (tracing_warning({}, asked=True) or "")
    assert "stays off" in (tracing_warning(ON, asked=False) or "")
    assert tracing_warning({"LANGSMITH_TRACING": "false"}, asked=False) is None
