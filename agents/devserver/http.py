"""HTTP/1.1 over asyncio streams, as little of it as a chat client needs."""

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

MAX_BODY = 64 * 1024 * 1024


@dataclass(frozen=True)
class HttpRequest:
    """One request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def keep_alive(self) -> bool:
        """Whether the connection serves another request after this one."""
        return self.headers.get("connection", "").lower() != "close"


class BadRequest(ValueError):  # noqa: N818 - the name of the status
    """The bytes are not a request that this server understands."""


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> HttpRequest | None:
    """The next request, None when the client is gone. Raises `BadRequest`."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as error:
        msg = "the request's head is too long"
        raise BadRequest(msg) from error
    method, path, headers = _read_head(head.decode("latin-1"))
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        body = await _read_body(reader, headers)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return HttpRequest(method, path, headers, body)


def _read_head(head: str) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        msg = "the request line is not HTTP"
        raise BadRequest(msg)
    pairs = (line.partition(":") for line in lines if line)
    return parts[0], parts[1].partition("?")[0], {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", ""):
        return await _read_chunks(reader)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BODY:
        msg = "the request's length is missing or too large"
        raise BadRequest(msg)
    return await reader.readexactly(int(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
        if len(body) > MAX_BODY:
            msg = "the request is too large"
            raise BadRequest(msg)
    await reader.readuntil(b"\r\n")
    return bytes(body)


def head(status: int, headers: dict[str, str]) -> bytes:
    """Status line and headers."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def whole(status: int, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """A complete JSON response."""
    return head(status, {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}) + body


def stream_head(headers: dict[str, str]) -> bytes:
    """The head of a stream of server-sent events."""
    return head(
        200, {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Transfer-Encoding": "chunked", **headers}
    )


def event(data: Any) -> bytes:
    """One server-sent event as one HTTP chunk; text goes as it is, everything else as JSON."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    payload = f"data: {text}\n\n".encode()
    return f"{len(payload):x}\r\n".encode() + payload + b"\r\n"


LAST_CHUNK = b"0\r\n\r\n"
