"""The key goes out in one header and turns up nowhere else."""

import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.devserver import Answer, DevServer
from agents.model import ModelFailure, ModelSettings, ReplyCache, scrub, user
from tests.model.conftest import KEY, chat_with


async def test_the_key_is_read_at_call_time(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    model = chat_with(server)
    for key in (KEY, "sk-another-key-0123456789"):
        monkeypatch.setenv("OPENAI_API_KEY", key)
        await model.complete([user("hello")], role="interviewer")
    sent = [call.request.headers["authorization"] for call in server.calls]
    assert sent == [f"Bearer {KEY}", "Bearer sk-another-key-0123456789"]


async def test_the_interviews_own_key_goes_before_the_general_one(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEW_API_KEY", "sk-own-key-0123456789")
    await chat_with(server).complete([user("hello")], role="interviewer")
    assert server.calls[0].request.headers["authorization"] == "Bearer sk-own-key-0123456789"


async def test_a_local_server_needs_no_key(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    done = await chat_with(server).complete([user("hello")], role="interviewer")
    assert done.text == "You said: hello"


async def test_openai_without_a_key_fails_before_anything_is_sent(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelFailure, match="OPENAI_API_KEY is not set") as raised:
        await chat_with(server, base_url="https://api.openai.com/v1").complete([user("hello")], role="interviewer")
    assert (raised.value.kind, raised.value.usage.calls) == ("auth", 0)


async def test_a_server_that_repeats_key_and_prompt_puts_neither_on_screen(server: DevServer) -> None:
    echo = f"Incorrect API key provided: {KEY}; input was: HIDDEN FACT"
    server.respond_with(lambda request: Answer(fault="401", message=echo))
    with pytest.raises(ModelFailure) as raised:
        await chat_with(server).complete([user("HIDDEN FACT")], role="facts")
    assert KEY not in str(raised.value) + repr(raised.value) + raised.value.detail
    assert "HIDDEN FACT" not in str(raised.value)
    assert "Incorrect API key provided" in raised.value.detail


async def test_nothing_that_stays_behind_holds_the_key(
    server: DevServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = chat_with(server, cache=ReplyCache(tmp_path))
    done = await model.complete([user("hello")], role="interviewer")
    kept = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    logged = "".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert kept
    for text in (
        repr(model),
        repr(model.settings),
        model.settings.model_dump_json(),
        repr(done),
        repr(model.ledger.roles),
        kept,
        logged,
    ):
        assert KEY not in text


@pytest.mark.parametrize("address", ["https://me:pass@host/v1", "https://host/v1?key=abc", "ftp://host", "host:8000", ""])
def test_an_address_that_holds_a_secret_or_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ValidationError) as raised:
        ModelSettings(model="m", base_url=address)
    assert "pass@" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def-123",
        "key sk-proj-AbC_123-xyz was wrong",
        "Incorrect API key provided: sk-abc*****************xyz9.",
        '{"api_key": "hunter2hunter2"}',
        "connect to https://user:hunter2@host/v1 failed",
    ],
)
def test_text_is_scrubbed_of_what_looks_like_a_secret(text: str) -> None:
    clean = scrub(text)
    assert "[removed]" in clean
    assert not any(secret in clean for secret in ("abc.def-123", "AbC_123", "xyz9", "hunter2"))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400), st.integers(0, 400))
def test_scrubbed_text_is_one_short_line_without_the_key(text: str, at: int) -> None:
    clean = scrub(text[:at] + KEY + text[at:], (KEY,))
    assert KEY not in clean
    assert len(clean) <= 300
    assert len(clean.splitlines()) <= 1
