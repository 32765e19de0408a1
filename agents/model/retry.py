"""When a failed request is sent again, and how long to wait first."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from agents.model.failure import ModelFailure
from agents.model.settings import ModelSettings

T = TypeVar("T")


async def with_retries(send: Callable[[], Awaitable[T]], settings: ModelSettings, rng: random.Random) -> T:
    """What `send` returns, tried again while its failure is transient; raises the last `ModelFailure`."""
    attempts = AsyncRetrying(
        sleep=_sleep,
        stop=stop_after_attempt(settings.max_retries + 1),
        wait=lambda state: _wait(state, settings, rng),
        retry=retry_if_exception(lambda error: _worth_it(error, settings)),
        reraise=True,
    )
    return await attempts(send)


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


def _worth_it(error: BaseException, settings: ModelSettings) -> bool:
    """Never for a request that is wrong in itself, nor for a server that asks for more patience than we have."""
    return isinstance(error, ModelFailure) and error.transient and (error.retry_after or 0.0) <= settings.max_wait_s


def _wait(state: RetryCallState, settings: ModelSettings, rng: random.Random) -> float:
    """What the server asked for and a little more; else doubling, with jitter so that callers do not return all at once."""
    error = state.outcome.exception() if state.outcome is not None else None
    doubled = settings.backoff_s * 2.0 ** (state.attempt_number - 1)
    if isinstance(error, ModelFailure) and error.retry_after is not None:
        return float(error.retry_after + rng.uniform(0, min(settings.backoff_s, 1.0)))
    return float(min(settings.max_wait_s, doubled) * rng.uniform(0.5, 1.0))
