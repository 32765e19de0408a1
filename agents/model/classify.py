"""Turns any exception of the client libraries into the one failure class, in our own words."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import openai

from agents.model.failure import FailureKind, ModelFailure
from agents.model.scrub import scrub

_OVERFLOW = re.compile(
    r"(?i)context[_ ]length|context[_ ]size|context window|maximum context|prompt is too long|input length exceeds"
    r"|too many tokens|input tokens exceed|exceed_context"
)
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,40}")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class ReplyTooLarge(Exception):  # noqa: N818 - becomes the failure kind too_large
    """The reply grew beyond the limit and was cut off on the wire."""


class StreamCutShort(Exception):  # noqa: N818 - becomes the failure kind connection
    """The stream ended before the model said that it had finished."""


def classify(error: BaseException, host: str, secrets: tuple[str, ...] = ()) -> ModelFailure:
    """The failure that `error` stands for; `host` names the server in the message, `secrets` are kept out of `detail`."""
    chain = list(_chain(error))
    if any(isinstance(link, ReplyTooLarge) for link in chain):
        return ModelFailure("too_large", f"{host} sent more than the limit for one reply")
    for link in chain:
        if isinstance(link, openai.APIStatusError):
            return _from_status(link, host, secrets)
    detail = scrub(" <- ".join(f"{type(link).__name__}: {link}" for link in chain), secrets)
    return _from_transport(chain, host, detail)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, outermost first."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _from_status(error: openai.APIStatusError, host: str, secrets: tuple[str, ...]) -> ModelFailure:
    """A reply with a status of 400 or above, or an error that arrived inside a stream."""
    status = error.status_code
    code = _code(error)
    detail = scrub(_words(error), secrets)
    kind = _kind_of_status(status, f"{code} {_words(error)}")
    spent = code in {"insufficient_quota", "billing_hard_limit_reached"}
    said = f" ({code})" if code else ""
    wait = retry_after(error.response.headers)
    asks = f", wait {wait:g} s" if wait else ""
    return ModelFailure(
        kind,
        f"{host} answered {status}{said}: {_MEANING[kind]}{asks}",
        detail=detail,
        status=status,
        retry_after=wait,
        transient=False if spent or status == 501 else None,
    )


_MEANING: Mapping[FailureKind, str] = {
    "timeout": "the server gave up waiting",
    "rate_limited": "too many requests, or the quota is used up",
    "server_error": "the server failed",
    "auth": "the key is missing, wrong or not allowed here",
    "not_found": "no such model or address",
    "context_overflow": "the prompt is longer than the model's context",
    "bad_request": "the server does not accept this request",
}


def _kind_of_status(status: int, words: str) -> FailureKind:
    if status in {400, 413, 422} and _OVERFLOW.search(words):
        return "context_overflow"
    kinds: Mapping[int, FailureKind] = {401: "auth", 403: "auth", 404: "not_found", 408: "timeout", 429: "rate_limited"}
    return kinds.get(status, "server_error" if status >= 500 else "bad_request")


def _from_transport(chain: list[BaseException], host: str, detail: str) -> ModelFailure:
    """No reply at all, half of one, or one that could not be read."""
    if any(_of_library(link, "aiohttp", "ClientConnectionError") and not isinstance(link, TimeoutError) for link in chain):
        # The client on top of it calls every lost connection a timeout.
        return ModelFailure("connection", f"{host} could not be reached or broke off{_why(chain)}", detail=detail)
    if any(isinstance(link, TimeoutError | openai.APITimeoutError) or _http_error(link, "TimeoutException") for link in chain):
        return ModelFailure("timeout", f"{host} did not answer in time", detail=detail)
    if any(isinstance(link, StreamCutShort) or _http_error(link, "TransportError") for link in chain):
        return ModelFailure("connection", f"{host} could not be reached or broke off", detail=detail)
    if any(isinstance(link, openai.APIConnectionError | OSError) for link in chain):
        return ModelFailure("connection", f"{host} could not be reached or broke off{_why(chain)}", detail=detail)
    overflow = any(_OVERFLOW.search(str(link)) for link in chain)
    if any(isinstance(link, openai.APIError) and not isinstance(link, openai.APIResponseValidationError) for link in chain):
        return _inside_reply(host, detail, overflow=overflow)
    if any(type(link) is ValueError and link.args and isinstance(link.args[0], dict) for link in chain):
        return _inside_reply(host, detail, overflow=overflow)
    return ModelFailure("malformed", f"{host} sent something that is not a chat completion", detail=detail)


def _why(chain: list[BaseException]) -> str:
    """The operating system's words for it, such as connection refused, if it has any."""
    link = next((link for link in reversed(chain) if isinstance(link, OSError) and link.errno), None)
    if link is None or link.errno is None:
        return ""
    words = os.strerror(link.errno) if link.errno > 0 else str(link.strerror)  # names that are not found have codes of their own
    return f": {words.lower()}"


def _inside_reply(host: str, detail: str, *, overflow: bool) -> ModelFailure:
    """An error object where a completion or a chunk should stand, under status 200."""
    if overflow:
        return ModelFailure("context_overflow", f"{host}: {_MEANING['context_overflow']}", detail=detail)
    return ModelFailure("server_error", f"{host} reported an error instead of a reply", detail=detail)


def _http_error(link: BaseException, name: str) -> bool:
    """Whether it is httpx's or httpx2's exception of that name: which of the two is installed depends on the openai release."""
    return _of_library(link, "httpx", name) or _of_library(link, "httpx2", name)


def _of_library(link: BaseException, library: str, name: str) -> bool:
    return any(base.__name__ == name and base.__module__.partition(".")[0] == library for base in type(link).__mro__)


def _code(error: openai.APIStatusError) -> str:
    """The server's error code if it is a short identifier, else nothing: free text may echo the prompt."""
    for value in (error.code, error.type):
        if isinstance(value, str) and _CODE.fullmatch(value):
            return value
    return ""


def _words(error: openai.APIStatusError) -> str:
    body: Any = error.body
    return json.dumps(body, default=str, ensure_ascii=False) if isinstance(body, dict | list) else f"{error.message} {body or ''}"


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks to wait: Retry-After (seconds or a date), else the longest reset of a spent limit."""
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    asked = headers.get("retry-after")
    if asked:
        return seconds if (seconds := _number(asked)) is not None else _until(asked, now or datetime.now(UTC))
    resets = [_duration(headers.get(f"x-ratelimit-reset-{what}")) for what in ("requests", "tokens") if _spent(headers, what)]
    return max((reset for reset in resets if reset is not None), default=None)


def _spent(headers: Mapping[str, str], what: str) -> bool:
    """Whether this limit is the one that was hit; unknown counts as hit."""
    remaining = _number(headers.get(f"x-ratelimit-remaining-{what}"))
    return remaining is None or remaining <= 0


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < float("inf") else None


def _until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _duration(text: str | None) -> float | None:
    """'1m30s', '20ms' or plain seconds."""
    if not text:
        return None
    parts = _DURATION.findall(text)
    return sum(float(value) * _SECONDS[unit] for value, unit in parts) if parts else _number(text)
