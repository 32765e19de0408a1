"""Tokens and money are counted by role and interview, and a budget stops before it is overrun."""

import asyncio

import pytest
from pydantic import ValidationError

from agents.devserver import Answer, DevServer
from agents.model import Budget, Ledger, ModelFailure, ModelSettings, system, user
from tests.model.conftest import chat_with

PRICES = {"usd_per_million_input": 2.0, "usd_per_million_cached": 0.5, "usd_per_million_output": 8.0}


async def test_each_role_pays_for_its_own_calls(server: DevServer) -> None:
    model = chat_with(server)
    await model.complete([user("x" * 400)], role="facts")
    await model.complete([user("x" * 40)], role="interviewer")
    await model.complete([user("x" * 40)], role="interviewer")
    facts, interviewer = model.ledger.role("facts").usage, model.ledger.role("interviewer").usage
    assert (facts.calls, interviewer.calls) == (1, 2)
    assert facts.input_tokens == server.calls[0].prompt_tokens
    assert model.ledger.total.input_tokens == sum(call.prompt_tokens for call in server.calls)


async def test_an_interviews_ledger_is_its_own_and_the_batch_sees_the_sum(server: DevServer) -> None:
    model = chat_with(server)
    first, second = model.for_interview(), model.for_interview()
    await asyncio.gather(first.complete([user("a")], role="facts"), second.complete([user("b")], role="facts"))
    await second.complete([user("c")], role="grader")
    assert (first.ledger.total.calls, second.ledger.total.calls, model.ledger.total.calls) == (1, 2, 3)


async def test_cost_follows_the_prices_and_the_prefix_cache(server: DevServer) -> None:
    model = chat_with(server, **PRICES)
    prompt = [system("rule " * 400), user("hello")]
    first = (await model.complete(prompt, role="facts")).usage
    second = (await model.complete(prompt, role="facts")).usage
    assert first.cached_tokens == 0
    assert second.cached_tokens == server.calls[1].cached_tokens > 400
    fresh = second.input_tokens - second.cached_tokens
    assert second.cost_usd == pytest.approx((fresh * 2.0 + second.cached_tokens * 0.5 + second.output_tokens * 8.0) / 1e6)
    assert second.cost_usd is not None
    assert first.cost_usd is not None
    assert second.cost_usd < first.cost_usd / 2


async def test_without_prices_there_is_no_cost_rather_than_zero(server: DevServer) -> None:
    model = chat_with(server)
    assert (await model.complete([user("a")], role="facts")).usage.cost_usd is None
    assert model.ledger.total.cost_usd is None


async def test_failed_attempts_and_repairs_are_paid_for_too(server: DevServer) -> None:
    answers = iter([Answer(fault="500"), Answer(text=""), Answer(text="fine")])
    server.respond_with(lambda request: next(answers))
    model = chat_with(server)
    done = await model.complete([user("hello")], role="facts")
    assert (done.usage.calls, done.error) == (3, "empty")
    assert done.usage == model.ledger.total


async def test_a_server_that_reports_no_tokens_is_estimated_and_marked(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"report_usage": False})
    model = chat_with(server)
    await model.complete([user("x" * 400)], role="facts")
    spend = model.ledger.role("facts")
    assert spend.estimated_calls == 1
    assert 100 <= spend.usage.input_tokens <= 110


async def test_a_token_budget_stops_before_the_call_that_would_overrun_it(server: DevServer) -> None:
    server.respond_with(lambda request: "word " * 20)
    model = chat_with(server, budget_tokens=400, max_tokens=50)
    outcomes = [
        (await asyncio.gather(model.complete([user("x" * 200)], role="facts"), return_exceptions=True))[0] for _ in range(20)
    ]
    spent = model.ledger.total
    assert [isinstance(outcome, ModelFailure) for outcome in outcomes] == [False] * 4 + [True] * 16
    assert {outcome.kind for outcome in outcomes if isinstance(outcome, ModelFailure)} == {"budget_exhausted"}
    assert spent.calls == len(server.calls)
    assert spent.input_tokens + spent.output_tokens <= 400


async def test_calls_side_by_side_cannot_overrun_the_budget_together(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"latency": 0.1})
    server.respond_with(lambda request: "word " * 20)
    model = chat_with(server, budget_tokens=1000, max_tokens=50)
    outcomes = await asyncio.gather(*(model.complete([user("x" * 200)], role="facts") for _ in range(40)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, ModelFailure)]
    spent = model.ledger.total
    assert len(server.calls) == 40 - len(refused) >= 5
    assert spent.input_tokens + spent.output_tokens <= 1000


async def test_a_money_budget_stops_retries_as_well(server: DevServer) -> None:
    server.respond_with(lambda request: Answer(text="word " * 40, fault="truncated"))
    model = chat_with(server, **PRICES, budget_usd=0.004, max_tokens=200)
    kinds = []
    for _ in range(20):
        with pytest.raises(ModelFailure) as raised:
            await model.complete([user("x" * 400)], role="grader")
        kinds.append(raised.value.kind)
    assert kinds[0] == "truncated"
    assert kinds[-1] == "budget_exhausted"
    cost = model.ledger.total.cost_usd
    assert cost is not None
    assert cost <= 0.004


async def test_a_cancelled_call_gives_back_what_was_set_aside(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"latency": 5.0})
    model = chat_with(server, budget_tokens=300, max_tokens=100)
    task = asyncio.create_task(model.complete([user("hello")], role="facts"))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    server.options = server.options.model_copy(update={"latency": 0.0})
    for _ in range(2):
        await model.complete([user("hello")], role="facts")


def test_an_interviews_budget_stops_that_interview_alone() -> None:
    batch = Ledger()
    poor, rich = batch.child(Budget(tokens=10)), batch.child()
    with pytest.raises(ModelFailure):
        poor.hold(11, None)
    rich.settle(rich.hold(11, None), "facts", rich.total)


def test_a_money_budget_without_prices_is_refused() -> None:
    with pytest.raises(ValidationError, match="budget_usd needs"):
        ModelSettings(model="m", budget_usd=1.0)
