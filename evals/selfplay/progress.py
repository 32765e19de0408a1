"""How far a batch is: what a progress line needs, reckoned from outcomes as they come."""

import time
from collections.abc import Callable

from agents.record import Record
from evals.selfplay.shard import Failure
from scenarios.model import Model


class Progress(Model):
    """A moment of a running batch; counts hold what earlier runs of the folder finished too, rates do not."""

    done: int
    total: int
    failed: int
    earlier: int
    seconds: float
    episodes_per_second: float
    seconds_left: float | None
    turns: int
    input_tokens: int
    output_tokens: int
    cost_usd: float


Report = Callable[[Progress], None]


class Meter:
    """Counts outcomes."""

    def __init__(self, total: int, earlier: int, failed: int, now: Callable[[], float] = time.monotonic) -> None:
        self._total, self._earlier, self._failed, self._now = total, earlier, failed, now
        self._began = now()
        self._records = 0
        self._turns = self._input = self._output = 0
        self._cost = 0.0

    def add(self, outcome: Record | Failure) -> Progress:
        """Count one outcome."""
        if isinstance(outcome, Failure):
            self._failed += 1
            return self.progress
        self._records += 1
        self._turns += len(outcome.turns)
        graded = outcome.scorecard.usage if outcome.scorecard else None
        for usage in filter(None, (*(turn.usage for turn in outcome.turns), graded)):
            self._input += usage.input_tokens
            self._output += usage.output_tokens
            self._cost += usage.cost_usd or 0.0
        return self.progress

    @property
    def progress(self) -> Progress:
        """Where the batch is now."""
        seconds = self._now() - self._began
        rate = self._records / seconds if seconds > 0 else 0.0
        done = self._earlier + self._records
        left = self._total - done - self._failed
        return Progress(
            done=done,
            total=self._total,
            failed=self._failed,
            earlier=self._earlier,
            seconds=seconds,
            episodes_per_second=rate,
            seconds_left=left / rate if rate else None,
            turns=self._turns,
            input_tokens=self._input,
            output_tokens=self._output,
            cost_usd=self._cost,
        )
