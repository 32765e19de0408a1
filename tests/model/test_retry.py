"""What is sent again, when, and what never is; all counted on the wire."""

import asyncio
from datetime import UTC, datetime

import pytest

from agents.devserver import Answer, DevServer, Fault
from agents.model import ModelFailure, user
from agents.model.classify import retry_after
from tests.model.conftest import chat_with


@pytest.mark.parametrize("status", ["400", "401", "403", "404"])
async def test_a_request_that_is_wrong_in_itself_is_never_sent_twice(server: DevServer, status: Fault) -> None:
    server.respond_with(lambda request: Answer(fault=status, headers={"Retry-After": "0"}))
    with pytest.raises(ModelFailure):
        await chat_with(server, max_retries=5).complete([user("hello")], role="interviewer")
    assert len(server.calls) == 1


@pytest.mark.parametrize("retries", [0, 1, 3])
async def test_the_number_of_retries_is_the_setting_and_nobody_adds_to_it(server: DevServer, retries: int) -> None:
    server.respond_with(lambda request: Answer(fault="500"))
    with pytest.raises(ModelFailure):
        await chat_with(server, max_retries=retries).complete([user("hello")], role="interviewer")
    assert len(server.calls) == retries + 1


@pytest.mark.parametrize("status", ["429", "503"])
async def test_retry_after_is_waited_for(server: DevServer, status: Fault) -> None:
    answers = iter([Answer(fault=status, headers={"Retry-After": "0.4"}), Answer(text="there")])
    server.respond_with(lambda request: next(answers))
    await chat_with(server).complete([user("hello")], role="interviewer")
    first, second = server.calls
    assert 0.4 <= second.at - first.at < 5


async def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(server: DevServer) -> None:
    server.respond_with(lambda request: Answer(fault="429", headers={"Retry-After": "3600"}))
    with pytest.raises(ModelFailure, match="wait 3600 s") as raised:
        await chat_with(server, max_wait_s=60).complete([user("hello")], role="interviewer")
    assert (raised.value.kind, len(server.calls)) == ("rate_limited", 1)


async def test_waits_double_with_jitter(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("agents.model.retry._sleep", noted)
    server.respond_with(lambda request: Answer(fault="500"))
    with pytest.raises(ModelFailure):
        await chat_with(server, max_retries=5, backoff_s=10.0, max_wait_s=60.0).complete([user("hello")], role="interviewer")
    assert [low <= wait <= 2 * low for wait, low in zip(waits, (5.0, 10.0, 20.0, 30.0, 30.0), strict=True)] == [True] * 5
    assert len({wait % 1 for wait in waits}) == 5


async def test_waiting_callers_leave_their_place_to_others(server: DevServer) -> None:
    """One slot: while the first call waits for its retry, the second is served."""
    answers = iter([Answer(fault="429", headers={"Retry-After": "1.5"}), Answer(text="b"), Answer(text="a")])
    server.respond_with(lambda request: next(answers))
    model = chat_with(server, concurrency=1)
    first = asyncio.create_task(model.complete([user("first")], role="interviewer"))
    await asyncio.sleep(0.2)
    await model.complete([user("second")], role="interviewer")
    assert not first.done()
    assert (await first).text == "a"


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "150", "retry-after": "9"}, 0.15),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0.0),
        ({"x-ratelimit-reset-requests": "1m30s"}, 90.0),
        ({"x-ratelimit-reset-requests": "20ms", "x-ratelimit-reset-tokens": "6s"}, 6.0),
        (
            {
                "x-ratelimit-reset-requests": "8m",
                "x-ratelimit-remaining-requests": "12",
                "x-ratelimit-reset-tokens": "3s",
                "x-ratelimit-remaining-tokens": "0",
            },
            3.0,
        ),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_what_the_headers_ask_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOON) == pytest.approx(seconds)


async def test_an_exhausted_quota_is_not_worth_a_retry(server: DevServer) -> None:
    from agents.devserver import completion

    original = completion.ERRORS["429"]
    completion.ERRORS["429"] = (429, "You exceeded your current quota.", "insufficient_quota", "insufficient_quota")
    try:
        server.respond_with(lambda request: Answer(fault="429"))
        with pytest.raises(ModelFailure, match="insufficient_quota"):
            await chat_with(server).complete([user("hello")], role="interviewer")
    finally:
        completion.ERRORS["429"] = original
    assert len(server.calls) == 1


async def test_a_fifth_of_the_calls_failing_loses_nothing(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"fail": 0.2, "latency": 0.01})
    model = chat_with(server, max_retries=6, concurrency=50)
    done = await asyncio.gather(*(model.complete([user(f"turn {i}")], role="interviewer") for i in range(150)))
    assert [completion.text for completion in done] == [f"You said: turn {i}" for i in range(150)]
    failed = sum(call.fault is not None for call in server.calls)
    assert len(server.calls) == 150 + failed == model.ledger.total.calls
    assert failed >= 15
