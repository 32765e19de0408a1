"""The local server speaks enough of the protocol for an unmodified openai client, and misbehaves as told."""

import asyncio
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from agents.devserver import Answer, ChatRequest, DevServer, Options, Player, Rule, Script, load_responder, serving
from agents.devserver.__main__ import main
from agents.devserver.completion import pieces
from agents.devserver.prefix import PrefixCache
from tests.signals import attended

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello there"}]


@pytest.fixture
def client(server: DevServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.base_url, api_key="any", max_retries=0) as unmodified:
        yield unmodified


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["dev"]


def test_a_reply_in_one_piece(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(model="dev", messages=HELLO)
    assert reply.choices[0].message.content == "You said: hello there"
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0


def test_a_reply_in_a_stream_with_usage_at_its_end(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(model="dev", messages=HELLO, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "You said: hello there"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert all(chunk.usage is None for chunk in chunks[:-1])


async def test_an_asynchronous_client_is_served_too(server: DevServer) -> None:
    async with openai.AsyncOpenAI(base_url=server.base_url, api_key="any") as client:
        reply = await client.chat.completions.create(model="dev", messages=HELLO)
    assert reply.choices[0].message.content == "You said: hello there"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("400", openai.BadRequestError),
        ("401", openai.AuthenticationError),
        ("403", openai.PermissionDeniedError),
        ("404", openai.NotFoundError),
        ("429", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("context_overflow", openai.BadRequestError),
        ("drop_before", openai.APIConnectionError),
        ("drop_after_headers", openai.APIConnectionError),
    ],
)
def test_the_client_sees_each_fault_as_its_own_error(
    client: openai.OpenAI, server: DevServer, fault: str, error: type[Exception]
) -> None:
    server.respond_with(lambda request: Answer.model_validate({"fault": fault}))
    with pytest.raises(error):
        client.chat.completions.create(model="dev", messages=HELLO)


def test_a_schema_is_filled_without_a_script(client: openai.OpenAI) -> None:
    schema: dict[str, object] = {
        "type": "object",
        "properties": {
            "ids": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2},
            "level": {"type": "number", "minimum": 1},
            "why": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }
    reply = client.chat.completions.create(
        model="dev",
        messages=HELLO,
        response_format={"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": schema}},
    )
    assert json.loads(reply.choices[0].message.content or "") == {"ids": ["a", "a"], "level": 1, "why": "sample"}


def test_the_limit_on_tokens_is_kept(client: openai.OpenAI, server: DevServer) -> None:
    server.respond_with(lambda request: "x" * 400)
    reply = client.chat.completions.create(model="dev", messages=HELLO, max_tokens=10)
    assert (len(reply.choices[0].message.content or ""), reply.choices[0].finish_reason) == (40, "length")


def test_a_wrong_key_is_refused_where_one_is_set() -> None:
    with serving(Options(key="right")) as server:
        for key, expected in (("right", None), ("wrong", openai.AuthenticationError)):
            with openai.OpenAI(base_url=server.base_url, api_key=key, max_retries=0) as client:
                if expected is None:
                    client.chat.completions.create(model="dev", messages=HELLO)
                else:
                    with pytest.raises(expected):
                        client.chat.completions.create(model="dev", messages=HELLO)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"model": "m"}', b'{"model": "m", "messages": []}'])
def test_a_senseless_request_is_answered_400(server: DevServer, body: bytes) -> None:
    request = urllib.request.Request(f"{server.base_url}/chat/completions", data=body, method="POST")  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request)  # noqa: S310 - our own local address
    assert raised.value.code == 400
    raised.value.close()


@pytest.mark.parametrize("rubbish", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"\xff" * 70_000])
async def test_rubbish_on_the_socket_leaves_the_server_standing(server: DevServer, rubbish: bytes) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(rubbish)
    answer = await reader.readline()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400")
    async with openai.AsyncOpenAI(base_url=server.base_url, api_key="any") as client:
        await client.chat.completions.create(model="dev", messages=HELLO)


def asked(text: str, system: str = "") -> ChatRequest:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    return ChatRequest(0, b"", {}, {"model": "dev", "messages": messages})


def test_rules_come_first_then_the_list_whose_last_reply_stays() -> None:
    play = Player(Script(rules=(Rule(when="how many", system="facts", reply="42", times=1),), replies=("one", "two")))
    said = [play(asked("How many users?", "You are the facts agent")) for _ in range(2)]
    assert said == ["42", "one"]
    assert [play(asked("how many")) for _ in range(3)] == ["two", "two", "two"]


def test_a_script_may_go_round(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text(json.dumps({"replies": ["a", {"fault": 503}], "cycle": True}))
    play = load_responder(str(file))
    assert [play(asked("x")) for _ in range(3)] == ["a", Answer(fault="503"), "a"]


def test_faults_are_drawn_at_their_rate_and_repeat_with_the_seed() -> None:
    def drawn(seed: int) -> list[str | None]:
        server = DevServer(Options(fail=0.2, seed=seed))
        return [server._next_answer(asked("x")).fault for _ in range(500)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 70 <= sum(fault is not None for fault in drawn(1)) <= 130


def test_the_prefix_cache_serves_whole_blocks_of_what_it_has_seen() -> None:
    cache = PrefixCache(block_tokens=16)
    prompt = "".join(chr(33 + i % 90) for i in range(6400))
    assert cache.lookup(prompt) == 0
    assert cache.lookup(prompt + "more") == 1600
    assert cache.lookup(prompt[:3200] + "something else entirely") == 800
    assert cache.lookup("x" + prompt) == 0


def test_pieces_of_a_stream_join_to_the_text() -> None:
    for text in ("", " ", "one", " two  words\n", "\n\n a\tb ", "x" * 200_000):
        assert "".join(pieces(text)) == text


def test_the_admin_address_tells_calls_without_keys(client: openai.OpenAI, server: DevServer) -> None:
    client.chat.completions.create(model="dev", messages=HELLO)
    address = f"http://{server.host}:{server.port}/dev/"
    with urllib.request.urlopen(f"{address}calls") as answer:  # noqa: S310
        text = answer.read().decode()
    assert json.loads(text)["calls"][0]["body"]["messages"] == HELLO
    assert "Bearer" not in text
    with urllib.request.urlopen(urllib.request.Request(f"{address}reset", method="POST")):  # noqa: S310
        assert server.calls == []


@pytest.fixture
def command(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    script = tmp_path / "script.yaml"
    script.write_text("rules:\n  - {when: hello, reply: {data: {greeting: hello}}}\ndefault: something else\n")
    arguments = ["--port", "0", "--script", str(script), "--latency", "0.1"]
    process = subprocess.Popen(
        attended([sys.executable, "-m", "agents.devserver", *arguments]), stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def test_the_command_serves_a_script_and_stops_quietly(command: "subprocess.Popen[str]") -> None:
    assert command.stdout is not None
    with openai.OpenAI(base_url=command.stdout.readline().strip(), api_key="any") as client:
        started = time.perf_counter()
        reply = client.chat.completions.create(model="dev", messages=HELLO)
    assert time.perf_counter() - started >= 0.1
    assert reply.choices[0].message.content == '{"greeting": "hello"}'
    command.send_signal(signal.SIGINT)
    assert command.wait(60) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--fail", "2"], "fail: Input should be less than or equal to 1"),
        (["--faults", "429,gremlins"], "faults.1"),
        (["--script", "/nowhere.yaml"], "No such file"),
        (["--script", "no.such.module:function"], "No module named"),
        (["--structured", "xml"], "invalid choice"),
    ],
)
def test_a_bad_option_is_one_line_and_exit_2(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert says in capsys.readouterr().err


def test_the_help_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert "half_stream" in shown
    assert "--latency" in shown
