"""Paces requests to a rate: each admission books the next free moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable

BURST_S = 1.0


class Pacer:
    """Lets `per_minute` units through each minute, with at most a second's worth at once; None lets everything through."""

    def __init__(
        self,
        per_minute: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._sleep = sleep
        self._free_at = 0.0

    async def admit(self, units: float = 1.0) -> None:
        """Wait until `units` more fit the rate."""
        if self._per_minute is None:
            return
        now = self._clock()
        booked = max(self._free_at, now - BURST_S)
        self._free_at = booked + units * 60.0 / self._per_minute
        if booked > now:
            await self._sleep(booked - now)
