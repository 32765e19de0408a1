"""When a failed request is sent again, and how long to wait first."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from agents.model.failure import ModelFailure
from agents.model.settings import ModelSettings

T = TypeVar("T")


async def with_retries(send: Callable[[], Awaitable[T]], settings: ModelSettings, rng: random.Random) -> T:
    """What `send` returns, tried again while its failure is transient; raises the last `ModelFailure`.

    A plain loop: a retry library costs CPU time for every call that succeeds at once as well.
    """
    tries = 0
    while True:
        try:
            return await send()
        except ModelFailure as failure:
            tries += 1
            if tries > settings.max_retries or not _worth_it(failure, settings):
                raise
            wait = _wait(failure, tries, settings, rng)
        await _sleep(wait)


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


def _worth_it(failure: ModelFailure, settings: ModelSettings) -> bool:
    """Never for a request that is wrong in itself, nor for a server that asks for more patience than we have."""
    return failure.transient and (failure.retry_after or 0.0) <= settings.max_wait_s


def _wait(failure: ModelFailure, tries: int, settings: ModelSettings, rng: random.Random) -> float:
    """What the server asked for and a little more; else doubling, with jitter so that callers do not return all at once."""
    if failure.retry_after is not None:
        return failure.retry_after + rng.uniform(0, min(settings.backoff_s, 1.0))
    return min(settings.max_wait_s, settings.backoff_s * 2.0 ** (tries - 1)) * rng.uniform(0.5, 1.0)
