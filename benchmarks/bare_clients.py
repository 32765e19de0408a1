"""Sends the same requests with our wire alone, a bare openai client and a bare ChatOpenAI: what the libraries themselves cost."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI

from agents.model import Message, ModelSettings
from agents.model.wire import Call, Wire

Body = Mapping[str, Any]
Send = Callable[[Body], Awaitable[object]]

CLASSES: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage}
KINDS = ("our wire, no graph", "bare openai", "bare ChatOpenAI")


@asynccontextmanager
async def client(kind: str, base_url: str, concurrency: int) -> AsyncIterator[Send]:
    """How `kind` sends one request; the bare ones have the libraries' defaults."""
    if kind == "our wire, no graph":
        wire = Wire(ModelSettings(model="dev", base_url=base_url, concurrency=concurrency))
        yield lambda body: wire.send(Call(tuple(Message(**one) for one in body["messages"]), body.get("response_format")))
        await wire.aclose()
        return
    async with AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0) as openai:
        if kind == "bare openai":
            yield lambda body: openai.chat.completions.create(**body)
            return
        chat = ChatOpenAI(
            model="dev", root_async_client=openai, async_client=openai.chat.completions, api_key=_no_key, max_retries=0
        )
        yield lambda body: chat.ainvoke(_messages(body), extra_body={"response_format": body.get("response_format")})


async def _no_key() -> str:
    return "none"


def _messages(body: Body) -> list[BaseMessage]:
    return [CLASSES[message["role"]](message["content"]) for message in body["messages"]]


async def replay(send: Send, bodies: Sequence[Body], chains: int, length: int) -> None:
    """`chains` side by side, each of `length` calls one after another."""
    supply = itertools.cycle(bodies)

    async def chain() -> None:
        for _ in range(length):
            await send(next(supply))

    await asyncio.gather(*(chain() for _ in range(chains)))
