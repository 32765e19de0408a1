"""Every way in which a server can fail becomes one kind of failure, after the right number of requests."""

import pickle
from collections.abc import Callable

import pytest
from pydantic import BaseModel

from agents.devserver import FAULTS, Answer, DevServer, Fault
from agents.model import ChatModel, FailureKind, ModelFailure, user
from tests.model.conftest import KEY, chat_with


class Picked(BaseModel):
    ids: list[str]


TRIED_ONCE, TRIED_THREE_TIMES, REPAIRED_ONCE = 1, 3, 2

EXPECTED: dict[Fault, tuple[FailureKind, int]] = {
    "400": ("bad_request", TRIED_ONCE),
    "401": ("auth", TRIED_ONCE),
    "403": ("auth", TRIED_ONCE),
    "404": ("not_found", TRIED_ONCE),
    "429": ("rate_limited", TRIED_THREE_TIMES),
    "500": ("server_error", TRIED_THREE_TIMES),
    "503": ("server_error", TRIED_THREE_TIMES),
    "context_overflow": ("context_overflow", TRIED_ONCE),
    "slow": ("timeout", TRIED_THREE_TIMES),
    "hang": ("timeout", TRIED_THREE_TIMES),
    "drop_before": ("connection", TRIED_THREE_TIMES),
    "drop_after_headers": ("connection", TRIED_THREE_TIMES),
    "half_stream": ("connection", TRIED_THREE_TIMES),
    "cut_stream": ("connection", TRIED_THREE_TIMES),
    "malformed_body": ("malformed", REPAIRED_ONCE),
    "malformed_json": ("malformed", REPAIRED_ONCE),
    "wrong_schema": ("wrong_schema", REPAIRED_ONCE),
    "truncated": ("truncated", REPAIRED_ONCE),
    "empty": ("empty", REPAIRED_ONCE),
    "refusal": ("refusal", TRIED_ONCE),
    "wrong_role": ("malformed", REPAIRED_ONCE),
    "huge": ("too_large", TRIED_ONCE),
}


def always(server: DevServer, fault: Fault) -> None:
    server.respond_with(lambda request: Answer(fault=fault))


def test_every_fault_that_the_server_knows_is_tested() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_becomes_one_kind_of_failure_and_one_safe_line(server: DevServer, fault: Fault, streaming: bool) -> None:
    always(server, fault)
    model = chat_with(server, timeout_s=0.3 if fault in {"slow", "hang"} else 5.0)
    kind, requests = EXPECTED[fault]
    with pytest.raises(ModelFailure) as raised:
        await model.complete([user("the prompt itself")], role="facts", schema=Picked, stream=print if streaming else None)
    failure = raised.value
    assert failure.kind == kind
    assert len(server.calls) == requests
    assert failure.usage.calls == requests
    assert "\n" not in failure.line()
    assert KEY not in repr(failure) + failure.line() + failure.detail
    assert "the prompt itself" not in failure.line()
    assert type(failure.__context__).__module__.partition(".")[0] not in {"openai", "httpx", "httpx2", "langchain_openai"}
    assert model.ledger.role("facts").failures == {kind: 1}


@pytest.mark.parametrize("fault", [fault for fault, (_, requests) in EXPECTED.items() if requests > 1])
async def test_one_bad_moment_costs_nothing_but_a_second_request(server: DevServer, fault: Fault) -> None:
    answers = iter([Answer(fault=fault), Answer(data={"ids": ["f1"]})])
    server.respond_with(lambda request: next(answers))
    model = chat_with(server, timeout_s=1.0 if fault in {"slow", "hang"} else 5.0)
    done = await model.complete([user("which?")], role="facts", schema=Picked)
    assert done.parsed == Picked(ids=["f1"])
    assert done.usage.calls == len(server.calls) == 2


@pytest.mark.parametrize("fault", [None, "drop_before", "hang", "huge"])
async def test_without_aiohttp_the_other_http_client_fails_in_the_same_ways(
    server: DevServer, monkeypatch: pytest.MonkeyPatch, fault: Fault | None
) -> None:
    def missing(**_: object) -> None:
        raise RuntimeError("not installed")

    monkeypatch.setattr("openai.DefaultAioHttpClient", missing)
    server.respond_with(lambda request: Answer(data={"ids": ["f1"]}, fault=fault))
    asking = chat_with(server, timeout_s=0.3 if fault == "hang" else 5.0).complete([user("which?")], role="facts", schema=Picked)
    if fault is None:
        assert (await asking).parsed == Picked(ids=["f1"])
        return
    with pytest.raises(ModelFailure) as raised:
        await asking
    assert (raised.value.kind, len(server.calls)) == EXPECTED[fault]


async def test_a_server_that_is_down_is_a_connection_failure(server: DevServer) -> None:
    model = chat_with(server, base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ModelFailure) as raised:
        await model.complete([user("hello")], role="interviewer")
    assert raised.value.kind == "connection"
    assert raised.value.message.endswith("(3 tries)")


async def test_a_huge_reply_is_cut_off_long_before_its_end(server: DevServer) -> None:
    """The server sends 10 MB without saying how long it is; the client hangs up after the limit."""
    always(server, "huge")
    model = chat_with(server, max_reply_bytes=100_000)
    heard: list[int] = []
    with pytest.raises(ModelFailure, match="more than the limit"):
        await model.complete([user("hello")], role="interviewer", stream=lambda text: heard.append(len(text)))
    assert max(heard, default=0) <= 100_000


async def test_an_endless_trickle_meets_the_time_limit(server: DevServer) -> None:
    """Each chunk comes well within any read timeout; the whole does not."""
    server.options = server.options.model_copy(update={"token_latency": 0.05})
    server.respond_with(lambda request: "word " * 200)
    model = chat_with(server, timeout_s=0.4, max_retries=0)
    with pytest.raises(ModelFailure) as raised:
        await model.complete([user("hello")], role="interviewer", stream=print)
    assert raised.value.kind == "timeout"


async def test_a_retried_stream_starts_again_from_less(server: DevServer) -> None:
    answers = iter([Answer(text="one two three four", fault="half_stream"), Answer(text="one two three four")])
    server.respond_with(lambda request: next(answers))
    heard: list[str] = []
    done = await chat_with(server).complete([user("count")], role="interviewer", stream=heard.append)
    assert done.text == heard[-1] == "one two three four"
    assert heard.count("one") == 2


async def test_plain_text_that_was_cut_off_is_a_failure_that_keeps_the_text(server: DevServer) -> None:
    server.respond_with(lambda request: Answer(text="Walk me through the", finish_reason="length"))
    with pytest.raises(ModelFailure) as raised:
        await chat_with(server).complete([user("hello")], role="interviewer")
    assert (raised.value.kind, raised.value.text, len(server.calls)) == ("truncated", "Walk me through the", 1)


async def test_a_failure_survives_pickling_with_all_it_knows(chat: Callable[..., ChatModel], server: DevServer) -> None:
    always(server, "503")
    with pytest.raises(ModelFailure) as raised:
        await chat().complete([user("hello")], role="interviewer")
    again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301 - our own bytes
    assert (again.line(), again.usage, again.transient) == (raised.value.line(), raised.value.usage, True)
