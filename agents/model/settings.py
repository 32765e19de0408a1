"""Which model is called, where, and within what limits: explicit setting over environment over default."""

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, field_validator, model_validator

from scenarios.model import Model

OPENAI_URL = "https://api.openai.com/v1"
KEY_NAMES = ("INTERVIEW_API_KEY", "OPENAI_API_KEY")
ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    "model": ("INTERVIEW_MODEL",),
    "base_url": ("INTERVIEW_BASE_URL", "OPENAI_BASE_URL"),
}


class ModelSettings(Model):
    """One model on one server. The key is never here: it is read from the environment at call time."""

    model_config = ConfigDict(hide_input_in_errors=True)

    model: str = Field(min_length=1)
    base_url: str = OPENAI_URL
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=1024, ge=1)
    timeout_s: float = Field(default=90.0, gt=0, description="Whole time for one request, body included.")
    max_retries: int = Field(default=4, ge=0)
    backoff_s: float = Field(default=0.5, ge=0, description="First wait between retries; it doubles each time, with jitter.")
    max_wait_s: float = Field(default=60.0, ge=0, description="A server that asks for a longer wait than this is not waited for.")
    max_reply_bytes: int = Field(default=2_000_000, ge=1, description="A reply is cut off on the wire when it grows beyond this.")
    concurrency: int = Field(default=16, ge=1, description="Requests under way at once, for each event loop.")
    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    usd_per_million_input: float | None = Field(default=None, ge=0)
    usd_per_million_cached: float | None = Field(
        default=None, ge=0, description="Input served from the prefix cache; as input if None."
    )
    usd_per_million_output: float | None = Field(default=None, ge=0)
    budget_usd: float | None = Field(default=None, gt=0)
    budget_tokens: int | None = Field(default=None, gt=0, description="Input plus output tokens.")
    tracing: bool = False
    sources: dict[str, str] = Field(default_factory=dict, description="Where model and base_url came from.")

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        """No credentials in the address: it stands in records."""
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            msg = "base_url must look like http://host:port/v1"
            raise ValueError(msg)
        if parts.username or parts.password or parts.query or parts.fragment:
            msg = "base_url must hold no user, password, query or fragment; put the key into OPENAI_API_KEY"
            raise ValueError(msg)
        return value.rstrip("/")

    @model_validator(mode="after")
    def _budget_needs_prices(self) -> Self:
        if self.budget_usd is not None and not self.priced:
            msg = "budget_usd needs usd_per_million_input and usd_per_million_output"
            raise ValueError(msg)
        return self

    @property
    def priced(self) -> bool:
        """Whether a cost can be given."""
        return self.usd_per_million_input is not None and self.usd_per_million_output is not None

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.base_url).netloc

    def cost(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> float | None:
        """US dollars for one call, None if no prices are set; cached tokens are part of the input tokens."""
        if self.usd_per_million_input is None or self.usd_per_million_output is None:
            return None
        cached_price = self.usd_per_million_input if self.usd_per_million_cached is None else self.usd_per_million_cached
        fresh = max(0, input_tokens - cached_tokens)
        return (
            fresh * self.usd_per_million_input + cached_tokens * cached_price + output_tokens * self.usd_per_million_output
        ) / 1e6


def resolve_settings(environ: Mapping[str, str], **explicit: Any) -> ModelSettings | None:
    """The settings in force, or None for the embedded engine when nothing names a model.

    An explicit value wins unless it is None; then the environment; then the default. Raises `pydantic.ValidationError`.
    """
    given = {name: value for name, value in explicit.items() if value is not None}
    sources = dict.fromkeys(ENVIRONMENT, "default") | {name: "explicit" for name in ENVIRONMENT if name in given}
    for name, variables in ENVIRONMENT.items():
        found = next((variable for variable in variables if environ.get(variable)), None)
        if name not in given and found is not None:
            given[name] = environ[found]
            sources[name] = f"environment:{found}"
    if "model" not in given:
        return None
    return ModelSettings.model_validate({**given, "sources": sources})


def api_key(environ: Mapping[str, str]) -> str | None:
    """The key of this moment, None if none is set."""
    return next((key for name in KEY_NAMES if (key := environ.get(name))), None)
