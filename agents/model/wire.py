"""Sends one request through langchain-openai, with one client for each event loop."""

import asyncio
import contextlib
import gc
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from agents.dialogue import Usage
from agents.model.failure import ModelFailure
from agents.model.limits import Pacer
from agents.model.messages import Message
from agents.model.settings import OPENAI_URL, ModelSettings
from agents.model.tracing import tracing_held

if TYPE_CHECKING:
    from agents.model.client import Chat

OnText = Callable[[str], None]
CHARS_PER_TOKEN = 4


@dataclass(frozen=True)
class Call:
    """One request: messages, and the fields that differ from call to call."""

    messages: tuple[Message, ...]
    response_format: dict[str, Any] | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    on_text: OnText | None = None

    @property
    def estimated_input(self) -> int:
        """Input tokens, roughly."""
        return sum(len(message.content) for message in self.messages) // CHARS_PER_TOKEN + 4 * len(self.messages)


@dataclass
class Reply:
    """What came back, before anything is read into it."""

    text: str = ""
    finish_reason: str | None = None
    refusal: bool = False
    wrong_role: bool = False
    usage: Usage = field(default_factory=Usage)
    estimated: bool = False


@dataclass(eq=False)
class _Loop:
    """What belongs to one event loop."""

    client: "Chat"
    http: Any
    slots: asyncio.Semaphore
    requests: Pacer
    tokens: Pacer
    closer: AsyncGenerator[None, None]


_OPEN: set[_Loop] = set()
"""Keeps what is open alive until its loop closes it: a garbage collection at the wrong moment would leave sockets behind."""


class Wire:
    """Sends requests under the settings' limits; usable from any number of event loops, one after another or in threads."""

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._loops: dict[asyncio.AbstractEventLoop, _Loop] = {}

    async def send(self, call: Call) -> Reply:
        """One HTTP request and its reply. Raises `ModelFailure`, and nothing else but cancellation."""
        here = await self._here()
        await here.requests.admit()
        await here.tokens.admit(call.estimated_input + (call.max_tokens or 0))
        async with here.slots:
            return await self._exchange(here.client, call)

    async def aclose(self) -> None:
        """Close this loop's connections; without it they close when the loop shuts down."""
        here = self._loops.get(asyncio.get_running_loop())
        if here is not None:
            await here.closer.aclose()

    async def _here(self) -> _Loop:
        loop = asyncio.get_running_loop()
        here = self._loops.get(loop)
        if here is None:
            here = self._loops[loop] = self._open(loop)
            _OPEN.add(here)
            await here.closer.asend(None)
        return here

    def _open(self, loop: asyncio.AbstractEventLoop) -> _Loop:
        from agents.model.client import chat_client, http_client  # heavy: imports langchain-openai

        settings = self.settings
        _settle()
        http = http_client(settings)
        return _Loop(
            client=chat_client(settings, http),
            http=http,
            slots=asyncio.Semaphore(settings.concurrency),
            requests=Pacer(settings.requests_per_minute),
            tokens=Pacer(settings.tokens_per_minute),
            closer=self._closing(loop),
        )

    async def _closing(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[None, None]:
        """Asleep until the loop shuts down its asynchronous generators, which is when connections must be closed."""
        try:
            while True:
                yield
        finally:
            here = self._loops.pop(loop)
            _OPEN.discard(here)
            await here.http.aclose()

    async def _read(self, client: "Chat", call: Call) -> Reply:
        fields = _fields(self.settings, call)
        return await (
            _streamed(client, call, fields) if call.on_text else _whole(client, call, fields, traced=self.settings.tracing)
        )

    async def _exchange(self, client: "Chat", call: Call) -> Reply:
        """Send and read within the time limit; every library's error becomes ours."""
        from agents.model.classify import classify
        from agents.model.client import current_key

        key = current_key(self.settings)
        started = time.perf_counter()
        failure: ModelFailure
        try:
            with tracing_held(os.environ, asked=self.settings.tracing):
                async with asyncio.timeout(self.settings.timeout_s):
                    reply = await self._read(client, call)
        except ModelFailure as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - the edge to three libraries: whatever they raise is classified
            failure = classify(error, self.settings.host, (key,) if key else ())
        else:
            return _counted(reply, call, self.settings, time.perf_counter() - started)
        failure.usage = Usage(calls=1, seconds=time.perf_counter() - started)
        # Raised out here so that no library exception, which holds the request and its headers, hangs on to it.
        raise failure


@cache
def _settle() -> None:
    """Take what the client libraries left in memory out of the garbage collector's sight, once for each process.

    They leave hundreds of thousands of objects for good; looking at them again and again takes a tenth of a call's CPU time.
    """
    gc.freeze()


def _counted(reply: Reply, call: Call, settings: ModelSettings, seconds: float) -> Reply:
    """The reply with time and cost, and with estimated tokens where the server reported none."""
    usage = reply.usage
    if usage.input_tokens == 0:
        reply.estimated = True
        usage = Usage(input_tokens=call.estimated_input, output_tokens=-(-len(reply.text) // CHARS_PER_TOKEN))
    cost = settings.cost(usage.input_tokens, usage.cached_tokens, usage.output_tokens)
    reply.usage = usage.model_copy(update={"calls": 1, "seconds": seconds, "cost_usd": cost})
    return reply


async def _whole(client: "Chat", call: Call, fields: dict[str, Any], *, traced: bool) -> Reply:
    """The reply in one piece; only a call that is traced has anybody to tell of it on the way."""
    from langchain_core.messages import AIMessage

    from agents.model.client import as_langchain

    ask = client.ainvoke if traced else client.reply
    message = await ask(as_langchain(call.messages), **fields)
    reply = Reply(wrong_role=not isinstance(message, AIMessage), text=str(message.text))
    _take(reply, message)
    return reply


async def _streamed(client: "Chat", call: Call, fields: dict[str, Any]) -> Reply:
    """The reply piece by piece; `on_text` hears the text so far, so a retry simply starts again from less."""
    from langchain_core.messages import AIMessageChunk

    from agents.model.classify import StreamCutShort
    from agents.model.client import as_langchain

    reply = Reply()
    pieces: list[str] = []
    stream: AsyncIterator[Any] = client.astream(as_langchain(call.messages), **fields)
    async with contextlib.aclosing(stream) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            reply.wrong_role = reply.wrong_role or not isinstance(chunk, AIMessageChunk)
            _take(reply, chunk)
            if chunk.text:
                pieces.append(str(chunk.text))
                reply.text = "".join(pieces)
                if call.on_text:
                    call.on_text(reply.text)
    if reply.finish_reason is None:
        raise StreamCutShort
    return reply


def _take(reply: Reply, message: Any) -> None:
    """Finish reason, refusal and token counts, where this message or chunk carries them."""
    reply.finish_reason = message.response_metadata.get("finish_reason") or reply.finish_reason
    reply.refusal = reply.refusal or bool(message.additional_kwargs.get("refusal"))
    counts = getattr(message, "usage_metadata", None)
    if counts:
        cached = (counts.get("input_token_details") or {}).get("cache_read") or 0
        reply.usage = Usage(input_tokens=counts["input_tokens"], cached_tokens=cached, output_tokens=counts["output_tokens"])


def _fields(settings: ModelSettings, call: Call) -> dict[str, Any]:
    """The optional fields of the request body.

    All go through `extra_body`: given as arguments, langchain-openai would parse structured output itself (and lose text
    and usage when that fails) and rename max_tokens, which servers other than OpenAI's may not know.
    """
    limit = "max_completion_tokens" if settings.base_url == OPENAI_URL else "max_tokens"
    body = {"temperature": call.temperature, limit: call.max_tokens, "response_format": call.response_format}
    return {"extra_body": {name: value for name, value in body.items() if value is not None}}
