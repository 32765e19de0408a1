"""Runs the local server from the command line."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import get_args

from pydantic import ValidationError

from agents.devserver.options import Options, Support
from agents.devserver.script import FAULTS, Responder, load_responder
from agents.devserver.server import DevServer

DESCRIPTION = "A local OpenAI-compatible chat server for development: scripted replies, latency and faults on request."
EPILOG = f"""\
faults: {", ".join(FAULTS)}

A script is YAML or JSON: `rules` (regular expressions `when` on the last user message and `system` on the system
message, with a `reply`), else `replies` one after another, else `default`. A reply is a string or an object of
text, data (sent as JSON), fault, latency, finish_reason, headers, message. Without a script the server fills in the
requested JSON Schema with plain values, or echoes. GET /dev/calls shows what was asked; POST /dev/reset forgets it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; exit 2 for a bad option or script."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        options, responder = _options(given), load_responder(given.script) if given.script else None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        parser.error(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except (OSError, ValueError, ImportError, AttributeError) as error:
        parser.error(str(error))
    try:
        asyncio.run(_serve(options, responder, given.host, given.port))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        sys.stderr.write(f"cannot listen on {given.host}:{given.port}: {error.strerror}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m agents.devserver",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default %(default)s)")
    parser.add_argument(
        "--script", metavar="FILE", help="YAML or JSON script, or package.module:function(ChatRequest) -> str | Answer"
    )
    parser.add_argument("--latency", type=float, default=0.0, metavar="S", help="seconds before every reply")
    parser.add_argument("--token-latency", type=float, default=0.0, metavar="S", help="seconds between the chunks of a stream")
    parser.add_argument("--fail", type=float, default=0.0, metavar="P", help="share of the requests that meet a fault, 0 to 1")
    parser.add_argument("--faults", default="429,500,503,drop_before", metavar="A,B", help="which faults (default %(default)s)")
    parser.add_argument("--retry-after", type=float, metavar="S", help="Retry-After header of 429 and 503 replies")
    parser.add_argument("--structured", choices=get_args(Support), default="json_schema", help="what response_format may be")
    parser.add_argument("--model", default="dev", help="name that /v1/models gives (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the faults (default %(default)s)")
    return parser


def _options(given: argparse.Namespace) -> Options:
    named = vars(given)
    fields = {name: named[name] for name in Options.model_fields if name in named}
    return Options.model_validate({**fields, "faults": tuple(given.faults.split(","))})


async def _serve(options: Options, responder: Responder | None, host: str, port: int) -> None:
    server = DevServer(options, responder)
    await server.start(host, port)
    sys.stdout.write(f"{server.base_url}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    sys.exit(main())
