"""Concurrency and rates are kept, and one model serves any number of event loops."""

import asyncio
import gc
import threading
import time

import pytest

from agents.devserver import DevServer
from agents.model import ModelFailure, user
from agents.model.limits import Pacer
from tests.model.conftest import chat_with


async def ask(model: object, times: int) -> None:
    await asyncio.gather(*(model.complete([user(f"{i}")], role="facts") for i in range(times)))  # type: ignore[attr-defined]


@pytest.mark.parametrize("limit", [1, 3, 12])
async def test_no_more_requests_are_under_way_than_the_setting_says(server: DevServer, limit: int) -> None:
    server.options = server.options.model_copy(update={"latency": 0.05})
    await ask(chat_with(server, concurrency=limit), 24)
    assert server.most_at_once == limit


async def test_interviews_that_share_a_model_share_its_limit(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"latency": 0.05})
    model = chat_with(server, concurrency=2)
    await asyncio.gather(*(ask(model.for_interview(), 3) for _ in range(4)))
    assert server.most_at_once == 2


async def test_a_rate_is_kept(server: DevServer) -> None:
    started = time.monotonic()
    await ask(chat_with(server, requests_per_minute=600), 20)
    assert max(call.at for call in server.calls) - started >= 0.85, "20 requests at 10 a second, a second's worth of them at once"


def test_a_model_survives_its_event_loop(server: DevServer) -> None:
    model = chat_with(server)
    for _ in range(3):
        asyncio.run(ask(model, 5))
    assert [call.status for call in server.calls] == [200] * 15
    assert not model._wire._loops, "a loop that is gone leaves nothing behind"


def test_a_model_serves_loops_in_several_threads(server: DevServer) -> None:
    model = chat_with(server)
    threads = [threading.Thread(target=lambda: asyncio.run(ask(model, 10))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.calls) == model.ledger.total.calls == 40


def test_a_model_that_is_forgotten_leaves_no_socket_behind(server: DevServer) -> None:
    """However badly timed the garbage collection: an unclosed socket is a warning, and warnings fail the test."""

    async def forget() -> None:
        for _ in range(3):
            await ask(chat_with(server), 2)
            gc.collect()

    asyncio.run(forget())
    gc.collect()


async def test_a_closed_model_opens_again(server: DevServer) -> None:
    model = chat_with(server)
    await ask(model, 2)
    await model.aclose()
    await model.aclose()
    await ask(model, 2)
    assert len(server.calls) == 4


async def test_two_hundred_interviews_wait_side_by_side(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"latency": 1.0})
    model = chat_with(server, concurrency=200, timeout_s=30.0)
    await asyncio.gather(*(ask(model.for_interview(), 1) for _ in range(200)))
    assert server.most_at_once == 200
    assert not any(call.fault for call in server.calls)


async def test_cancelling_frees_the_slot(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"latency": 5.0})
    model = chat_with(server, concurrency=1)
    task = asyncio.create_task(ask(model, 1))
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    server.options = server.options.model_copy(update={"latency": 0.0})
    await asyncio.wait_for(ask(model, 1), 2.0)


async def test_failures_free_their_slot(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"fail": 1.0, "faults": ("drop_before", "hang")})
    model = chat_with(server, concurrency=2, timeout_s=0.4, max_retries=0)
    outcomes = await asyncio.gather(*(model.complete([user("a")], role="facts") for _ in range(12)), return_exceptions=True)
    assert all(isinstance(outcome, ModelFailure) for outcome in outcomes)
    assert len(server.calls) == 12


class FakeTime:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def test_the_pacer_books_moments_at_the_rate() -> None:
    fake = FakeTime()
    pacer = Pacer(120, fake.clock, fake.sleep)
    for _ in range(6):
        await pacer.admit()
    assert fake.slept == pytest.approx([0.5, 1.0, 1.5])


async def test_a_large_request_makes_the_next_one_wait_longer() -> None:
    fake = FakeTime()
    pacer = Pacer(6000, fake.clock, fake.sleep)
    await pacer.admit(1000)
    await pacer.admit(1)
    assert fake.slept == pytest.approx([9.0])
