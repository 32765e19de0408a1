"""How the local server behaves, apart from what it answers."""

from typing import Literal

from pydantic import Field

from agents.devserver.script import Fault
from scenarios.model import Model

Support = Literal["json_schema", "json_object", "none", "ignored"]


class Options(Model):
    """`structured` is the most that the server takes as response_format: above it 400; `ignored` takes all, does nothing."""

    model: str = "dev"
    latency: float = Field(default=0.0, ge=0, description="Seconds before every reply.")
    token_latency: float = Field(default=0.0, ge=0, description="Seconds between the chunks of a stream.")
    slow_s: float = Field(default=5.0, ge=0, description="Seconds that the fault `slow` adds.")
    fail: float = Field(default=0.0, ge=0, le=1, description="Share of the requests that meet a fault.")
    faults: tuple[Fault, ...] = Field(default=("429", "500", "503", "drop_before"), min_length=1)
    retry_after: float | None = Field(default=None, ge=0, description="Retry-After in 429 and 503 replies.")
    seed: int = 0
    structured: Support = "json_schema"
    key: str | None = Field(default=None, repr=False, description="If set, any other key is answered 401.")
    huge_bytes: int = 10_000_000
    cache_block: int = Field(default=16, ge=1, description="Block of the simulated prefix cache, in tokens.")
    report_usage: bool = True
