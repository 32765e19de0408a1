"""Which model is in force: explicit over environment over default, and it says which."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from agents.model import ModelSettings, resolve_settings
from agents.model.settings import OPENAI_URL

ENVIRONMENT = {"INTERVIEW_MODEL": "env-model", "INTERVIEW_BASE_URL": "http://env:1/v1", "OPENAI_BASE_URL": "http://other:2/v1"}


def test_nothing_named_means_the_embedded_engine() -> None:
    assert resolve_settings({}) is None
    assert resolve_settings({"OPENAI_API_KEY": "sk-123456789", "OPENAI_BASE_URL": "http://h/v1"}, base_url="http://x/v1") is None


def test_explicit_wins_and_says_so() -> None:
    settings = resolve_settings(ENVIRONMENT, model="mine", base_url="http://mine:3/v1/")
    assert settings is not None
    assert (settings.model, settings.base_url) == ("mine", "http://mine:3/v1")
    assert settings.sources == {"model": "explicit", "base_url": "explicit"}


def test_the_environment_comes_next_our_own_names_first() -> None:
    settings = resolve_settings(ENVIRONMENT, model=None)
    assert settings is not None
    assert (settings.model, settings.base_url) == ("env-model", "http://env:1/v1")
    assert settings.sources == {"model": "environment:INTERVIEW_MODEL", "base_url": "environment:INTERVIEW_BASE_URL"}


def test_the_default_address_is_openai() -> None:
    settings = resolve_settings({"INTERVIEW_MODEL": "m", "INTERVIEW_BASE_URL": ""})
    assert settings is not None
    assert (settings.base_url, settings.sources["base_url"]) == (OPENAI_URL, "default")


@pytest.mark.parametrize(
    "field", [{"temperature": 3.0}, {"timeout_s": 0}, {"concurrency": 0}, {"model": ""}, {"api_key": "sk-1"}]
)
def test_a_senseless_setting_is_refused(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ModelSettings.model_validate({"model": "m", **field})


def test_importing_the_package_loads_no_client_library() -> None:
    heavy = "{'openai', 'langchain_openai', 'langchain_core', 'langsmith', 'httpx2'}"
    code = f"import sys, agents.model; sys.exit(len({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
