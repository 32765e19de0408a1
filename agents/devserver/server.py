"""The local server: listens, finds the answer, sends it or misbehaves as asked, and remembers every request."""

import asyncio
import json
import random
from dataclasses import dataclass
from typing import Any, Self

from agents.devserver import http
from agents.devserver.completion import ERRORS, Made, error_body
from agents.devserver.options import Options
from agents.devserver.prefix import PrefixCache, count_tokens
from agents.devserver.request import ChatRequest, parse_chat
from agents.devserver.sample import sample
from agents.devserver.script import Answer, Fault, Player, Responder, Script

FORMATS = ("json_object", "json_schema")


@dataclass
class Served:
    """One chat request and what became of it; `status` is None while it is under way and 0 if the connection was cut."""

    request: ChatRequest
    at: float
    fault: Fault | None = None
    status: int | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0


class Dropped(Exception):  # noqa: N818 - an order to the connection, not an error
    """The connection is to be cut now."""


class DevServer:
    """An OpenAI-compatible server in this process: `async with DevServer() as server`, or `serving()` in a thread."""

    def __init__(self, options: Options | None = None, responder: Responder | Script | None = None) -> None:
        self.options = options if options is not None else Options()
        self.calls: list[Served] = []
        self.most_at_once = 0
        self.port = 0
        self.host = "127.0.0.1"
        self._responder: Responder = Player(Script())
        if responder is not None:
            self.respond_with(responder)
        self._prefixes: dict[str, PrefixCache] = {}
        self._rng = random.Random(self.options.seed)
        self._connections: set[asyncio.Task[None]] = set()
        self._under_way = 0
        self._server: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        """What a client takes as base URL."""
        return f"http://{self.host}:{self.port}/v1"

    def respond_with(self, responder: Responder | Script) -> None:
        """Answer by `responder` from now on."""
        self._responder = Player(responder) if isinstance(responder, Script) else responder

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        self.host = host
        self._server = await asyncio.start_server(self._connected, host, port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side closes it."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - start_server runs this as a task
        self._connections.add(task)
        try:
            await self._converse(reader, writer)
        except (Dropped, ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                request = await http.read_request(reader, writer)
            except http.BadRequest as error:
                writer.write(_json(400, error_body(str(error), "invalid_request_error"), {"Connection": "close"}))
                return await writer.drain()
            if request is None:
                return None
            await self._route(request, writer)
            await writer.drain()
            if not request.keep_alive:
                return None

    async def _route(self, request: http.HttpRequest, writer: asyncio.StreamWriter) -> None:
        where = (request.method, request.path)
        if where == ("POST", "/v1/chat/completions"):
            return await self._chat(request, writer)
        if where == ("GET", "/v1/models"):
            entry = {"id": self.options.model, "object": "model", "created": 0, "owned_by": "devserver"}
            writer.write(_json(200, {"object": "list", "data": [entry]}))
        elif where == ("GET", "/dev/calls"):
            writer.write(_json(200, {"calls": [_summary(call) for call in self.calls], "most_at_once": self.most_at_once}))
        elif where == ("POST", "/dev/reset"):
            self.calls.clear()
            self._prefixes.clear()
            writer.write(_json(200, {}))
        else:
            writer.write(_json(404, error_body(f"nothing at {request.method} {request.path}", "invalid_request_error")))
        return None

    async def _chat(self, request: http.HttpRequest, writer: asyncio.StreamWriter) -> None:
        try:
            chat = parse_chat(len(self.calls), request.body, request.headers)
        except ValueError as error:
            return writer.write(_json(400, error_body(str(error), "invalid_request_error")))
        served = Served(chat, asyncio.get_running_loop().time(), status=None)
        self.calls.append(served)
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            await self._answer(served, writer)
        except Dropped:
            served.status = 0
            raise
        finally:
            self._under_way -= 1
        return None

    async def _answer(self, served: Served, writer: asyncio.StreamWriter) -> None:
        """Send the answer, with its fault."""
        chat, options = served.request, self.options
        refused = self._refused(chat)
        if refused is not None:
            served.status = refused[0]
            return writer.write(_json(*refused))
        answer = self._next_answer(chat)
        served.fault = answer.fault
        delay = options.latency if answer.latency is None else answer.latency
        await asyncio.sleep(delay + (options.slow_s if answer.fault == "slow" else 0.0))
        if answer.fault in ERRORS:
            served.status = ERRORS[answer.fault][0]
            return writer.write(self._error(answer))
        if answer.fault == "hang":
            await asyncio.Event().wait()
        if answer.fault == "drop_before":
            raise Dropped
        served.status = 200
        made = self._make(served, answer)
        if chat.streaming:
            return await self._send_stream(chat, made, answer, writer)
        return await self._send_whole(made, answer, writer)

    def _refused(self, chat: ChatRequest) -> tuple[int, dict[str, Any]] | None:
        """What the server would not take at all: a wrong key, or a response_format beyond its abilities."""
        if self.options.key is not None and chat.headers.get("authorization") != f"Bearer {self.options.key}":
            status, message, kind, code = ERRORS["401"]
            return status, error_body(message, kind, code)
        support = self.options.structured
        allowed = FORMATS if support in {"json_schema", "ignored"} else FORMATS[:1] if support == "json_object" else ()
        if chat.format is None or chat.format in allowed:
            return None
        message = f"Invalid parameter: 'response_format' of type '{chat.format}' is not supported with this model."
        return 400, error_body(message, "invalid_request_error", param="response_format")

    def _next_answer(self, chat: ChatRequest) -> Answer:
        """What the script says, with a fault drawn by chance where it asks for none."""
        said = self._responder(chat)
        answer = Answer(text=said) if isinstance(said, str) else said
        struck, which = self._rng.random() < self.options.fail, self._rng.choice(self.options.faults)
        return answer.model_copy(update={"fault": which}) if struck and answer.fault is None else answer

    def _error(self, answer: Answer) -> bytes:
        status, message, kind, code = ERRORS[answer.fault or "500"]
        headers = dict(answer.headers)
        if status in {429, 503} and self.options.retry_after is not None:
            headers.setdefault("Retry-After", f"{self.options.retry_after:g}")
        return _json(status, error_body(answer.message or message, kind, code), headers)

    def _make(self, served: Served, answer: Answer) -> Made:
        """The reply in full, spoilt as its fault says."""
        chat = served.request
        cache = self._prefixes.setdefault(chat.model, PrefixCache(self.options.cache_block))
        served.prompt_tokens, served.cached_tokens = count_tokens(chat.prompt), cache.lookup(chat.prompt)
        text, finish = _cut(self._text(chat, answer), chat.max_tokens, answer.finish_reason)
        role, refusal, shown = "assistant", None, text
        match answer.fault:
            case "truncated":
                shown, finish = text[: max(1, len(text) // 2)], "length"
            case "malformed_json":
                shown = '{"broken": ['
            case "wrong_schema":
                shown = '{"unexpected": true}'
            case "empty":
                shown = ""
            case "huge":
                shown, finish = "x" * self.options.huge_bytes, "stop"
            case "wrong_role":
                role = "user"
            case "refusal":
                shown, refusal = "", "I can't help with that."
        return Made(
            chat.index, chat.model, shown or None, finish, served.prompt_tokens, served.cached_tokens, role=role, refusal=refusal
        )

    def _text(self, chat: ChatRequest, answer: Answer) -> str:
        if answer.text is not None:
            return answer.text
        if answer.data is not None:
            return json.dumps(answer.data, ensure_ascii=False)
        if self.options.structured != "ignored" and chat.schema is not None:
            return json.dumps(sample(chat.schema))
        return f"You said: {chat.last_user[:200]}"

    async def _send_whole(self, made: Made, answer: Answer, writer: asyncio.StreamWriter) -> None:
        body = made.body()
        if not self.options.report_usage:
            del body["usage"]
        data = json.dumps(body, ensure_ascii=False).encode()
        if answer.fault == "malformed_body":
            return writer.write(http.whole(200, data[: len(data) // 2], answer.headers))
        if answer.fault in {"drop_after_headers", "half_stream", "cut_stream"}:
            sent = len(data) // 2 if answer.fault == "half_stream" else 0
            writer.write(http.head(200, {"Content-Type": "application/json", "Content-Length": str(len(data))}) + data[:sent])
            await writer.drain()
            raise Dropped
        writer.write(http.whole(200, data, answer.headers))
        return await writer.drain()

    async def _send_stream(self, chat: ChatRequest, made: Made, answer: Answer, writer: asyncio.StreamWriter) -> None:
        writer.write(http.stream_head(answer.headers))
        await writer.drain()
        if answer.fault == "drop_after_headers":
            raise Dropped
        chunks = list(made.chunks())
        if answer.fault in {"half_stream", "cut_stream", "malformed_body"}:
            chunks = chunks[: max(2, len(chunks) // 2)]
        for chunk in chunks:
            writer.write(http.event(chunk))
            await writer.drain()
            if self.options.token_latency:
                await asyncio.sleep(self.options.token_latency)
        if answer.fault == "half_stream":
            raise Dropped
        if answer.fault == "malformed_body":
            writer.write(http.event('{"id": "chatcmpl-dev", "choices": [{'))
        elif answer.fault != "cut_stream":
            if chat.wants_usage and self.options.report_usage:
                writer.write(http.event(made.usage_chunk()))
            writer.write(http.event("[DONE]"))
        writer.write(http.LAST_CHUNK)


def _cut(text: str, max_tokens: int | None, finish: str) -> tuple[str, str]:
    """The reply within the limit that the client set."""
    if max_tokens is None or count_tokens(text) <= max_tokens:
        return text, finish
    return text.encode()[: max_tokens * 4].decode(errors="ignore"), "length"


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> bytes:
    return http.whole(status, json.dumps(body, ensure_ascii=False).encode(), headers)


def _summary(call: Served) -> dict[str, Any]:
    """A request without its headers, which hold the key."""
    return {
        "index": call.request.index,
        "fault": call.fault,
        "status": call.status,
        "prompt_tokens": call.prompt_tokens,
        "cached_tokens": call.cached_tokens,
        "body": call.request.body,
    }
