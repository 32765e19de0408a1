"""Runs the local server in a thread."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from agents.devserver.options import Options
from agents.devserver.script import Responder, Script
from agents.devserver.server import DevServer


@contextmanager
def serving(options: Options | None = None, responder: Responder | Script | None = None) -> Iterator[DevServer]:
    """A running server in a thread with a loop of its own, for synchronous clients and for tests that run several loops."""
    server = DevServer(options, responder)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="devserver", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
