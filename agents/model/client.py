"""Builds the chat client: langchain-openai's, over an HTTP client that cuts off huge replies."""

import importlib
import os
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import openai
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

from agents.model.classify import ReplyTooLarge
from agents.model.failure import ModelFailure
from agents.model.messages import Message
from agents.model.settings import OPENAI_URL, ModelSettings, api_key

NO_KEY = "none"
_KINDS: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


class Chat(ChatOpenAI):
    """ChatOpenAI with a short way for when nobody listens to its callbacks, and with a streamed refusal kept."""

    async def reply(self, messages: list[BaseMessage], **fields: Any) -> BaseMessage:
        """What `ainvoke` returns for the same request, at well under half of its CPU time.

        Request and reply are made and read by the same code, but no callback manager is set up, no body is walked through
        unions of types on its way out and in, and none is read in a thread. Traces need `ainvoke`.
        """
        body = self._get_request_payload(messages, **fields)
        body.update(body.pop("extra_body", None) or {})
        answer: Any = await self.root_async_client.post("/chat/completions", body=body, cast_to=object)
        made = self._create_chat_result(answer).generations[0]
        message = made.message
        message.response_metadata = {**(made.generation_info or {}), **message.response_metadata}
        if answer["choices"][0]["message"].get("refusal"):
            message.additional_kwargs["refusal"] = True
        return message

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        """Without this a streamed refusal is dropped and the reply looks empty."""
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or [{}]
        if made is not None and (choices[0].get("delta") or {}).get("refusal"):
            made.message.additional_kwargs["refusal"] = True
        return made


def current_key(settings: ModelSettings) -> str | None:
    """The key of this moment; only a server other than OpenAI's may do without one, else `ModelFailure` auth."""
    key = api_key(os.environ)
    if key is None and settings.base_url == OPENAI_URL:
        raise ModelFailure("auth", "OPENAI_API_KEY is not set")
    return key


def chat_client(settings: ModelSettings, http: Any) -> Chat:
    """The only place that builds a chat model."""
    # The advice in these two warnings (another method of its own) is not for people; abilities.py acts on the error itself.
    warnings.filterwarnings("ignore", message=r"(?s).*OpenAI's structured output feature")

    async def key() -> str:
        return current_key(settings) or NO_KEY

    return Chat(
        model=settings.model,
        base_url=settings.base_url,
        api_key=key,  # a coroutine: read anew for every request, and no synchronous client is built beside this one
        http_async_client=http,
        timeout=settings.timeout_s,
        max_retries=0,
        use_responses_api=False,
        stream_usage=True,
        stream_chunk_timeout=None,
    )


def http_client(settings: ModelSettings) -> Any:
    """The library's own HTTP client with a cap on the size of replies; redirects are not followed: prompts stay put."""
    library = importlib.import_module(openai.DefaultAsyncHttpxClient.__base__.__module__.partition(".")[0])
    fields = {
        "base_url": settings.base_url,
        "timeout": settings.timeout_s,
        "limits": library.Limits(max_connections=2 * settings.concurrency, max_keepalive_connections=settings.concurrency),
        "verify": _tls(library),
        "follow_redirects": False,
        "event_hooks": {"response": [_size_guard(library, settings.max_reply_bytes)]},
    }
    try:
        return openai.DefaultAioHttpClient(**fields)  # its pool takes no longer to find a free connection when there are many
    except RuntimeError:  # this release of openai has no use for the aiohttp that is installed
        return openai.DefaultAsyncHttpxClient(**fields)


@cache
def _tls(library: ModuleType) -> Any:
    """The library's default TLS context, read from disk once for all clients."""
    return library.create_ssl_context()


def _size_guard(library: ModuleType, limit: int) -> Callable[[Any], Awaitable[None]]:
    """A response hook that stops reading at `limit` bytes, so that a huge reply is never held in memory."""

    class Capped(library.AsyncByteStream):  # type: ignore[name-defined,misc]
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            seen = 0
            async for piece in self._stream:
                seen += len(piece)
                if seen > limit:
                    raise ReplyTooLarge
                yield piece

        async def aclose(self) -> None:
            await self._stream.aclose()

    async def guard(response: Any) -> None:
        declared = response.headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > limit:
            raise ReplyTooLarge
        response.stream = Capped(response.stream)

    return guard


def as_langchain(messages: Sequence[Message]) -> list[BaseMessage]:
    """The messages in langchain's classes."""
    return [_KINDS[message.role](content=message.content) for message in messages]
