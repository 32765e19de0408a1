"""A local server that plays every role, and casts that speak to it through the real HTTP stack."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agents.cast import Cast, build_cast
from agents.devserver import DevServer, Options, serving
from agents.encoder import SentenceEncoder, packaged_encoder
from agents.engines import Engines
from agents.settings import Settings
from benchmarks.scripted_model import ScriptedModel
from scenarios.scenario import Scenario
from tests.sample import SCENARIO

KEY = "sk-test-0123456789abcdefSECRET"
QUICK: dict[str, Any] = {"backoff_s": 0.001, "timeout_s": 10.0, "max_retries": 2}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("INTERVIEW_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def scripted() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
def server(scripted: ScriptedModel) -> Iterator[DevServer]:
    with serving(Options(), scripted) as running:
        yield running


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return packaged_encoder(threads=1)


def llm_settings(server: DevServer, **fields: Any) -> Settings:
    return Settings.model_validate(
        {"engine": "llm", "model": "dev", "base_url": server.base_url, "minutes": 20, "simulated_clock": True} | fields
    )


MakeCast = Callable[..., Cast]


@pytest.fixture
def make_cast(server: DevServer, encoder: SentenceEncoder) -> MakeCast:
    """A cast on the local server; `limits` are the model's, all else is for the settings."""

    def make(
        scenario: Scenario = SCENARIO, *, limits: dict[str, Any] | None = None, on_unusable: Any = "raise", **fields: Any
    ) -> Cast:
        settings = llm_settings(server, **fields)
        engines = Engines.of(settings, os.environ, **(QUICK | (limits or {})))
        return build_cast(scenario, settings, encoder, engines, on_unusable=on_unusable)

    return make


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The real llama.cpp server takes minutes: only when it is asked for (`make test-llama`)."""
    if "llama" not in config.getoption("markexpr"):
        for item in items:
            if item.get_closest_marker("llama"):
                item.add_marker(pytest.mark.skip(reason="asked for by make test-llama"))
