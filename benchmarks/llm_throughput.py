"""Measures how many interviews one process keeps going against a slow server, beside the ideal of no work of our own.

`python -m benchmarks.llm_throughput --interviews 200 --latency 1` runs the server in a process of its own. The ideal is what
the latency alone allows: every interview has one call under way at any time, so calls = interviews * seconds / latency.
`--cast light` replaces the embedded router, guard and notes by roles that do nothing, and so measures the graph and the
model plumbing; `--cast full` is self-play as it is. `--bare` then sends the same requests, as many side by side, with our wire
alone, a bare openai client and a bare ChatOpenAI. One JSON line each; CPU seconds are this process's own, the load the machine's.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from agents.candidate import find_profile
from agents.candidate.llm import LlmCandidate
from agents.cast import Cast, build_cast
from agents.encoder import packaged_encoder
from agents.engines import Engines
from agents.record import Record, ScenarioStamp
from agents.settings import Settings
from benchmarks.bare_clients import KINDS, Body, client, replay
from benchmarks.light import SlowModel, light_cast
from graphs.episode import EpisodeSpec, Table
from scenarios.catalog import find
from scenarios.scenario import Scenario

SCENARIO = "firearms-marketplace"


@contextmanager
def server(latency: float, fail: float) -> Iterator[str]:
    """The local server in another process; yields its base URL."""
    command = [sys.executable, "-m", "agents.devserver", "--port", "0", "--latency", str(latency), "--fail", str(fail)]
    command += ["--script", "benchmarks.scripted_model:respond"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def cast_of(kind: str, scenario: Scenario, settings: Settings, engines: Engines) -> Cast:
    """The cast as self-play has it, or with roles that do nothing where no model plays."""
    cast = build_cast(scenario, settings, packaged_encoder(threads=1), engines, on_unusable="neutral")
    if kind == "full":
        return cast
    light = light_cast(scenario.brief, settings.minutes, SlowModel(0.0))
    return replace(cast, router=light.router, guard=light.guard, coverage=light.coverage, grader=light.grader)


async def sit_all(
    count: int, cast: Cast, scenario: Scenario, settings: Settings, engines: Engines
) -> tuple[list[Record | BaseException], float, float]:
    """All interviews at once, after one that loads the libraries; with the seconds and CPU seconds that they took."""
    stamp = ScenarioStamp(id=scenario.id, sha256=scenario.sha256)
    profile = find_profile("ic6")
    table = Table(cast, settings)

    async def one(number: int) -> Record:
        spec = EpisodeSpec(scenario=stamp, profile="ic6", episode=number, seed=number)
        candidate = LlmCandidate(profile, engines.model("candidate"), seed=number, session=spec.session_id)
        return await table.sit(spec, candidate)

    await one(count)
    began, cpu = time.perf_counter(), _cpu()
    records = await asyncio.gather(*(one(number) for number in range(count)), return_exceptions=True)
    return records, time.perf_counter() - began, _cpu() - cpu


def measure(kind: str, count: int, latency: float, fail: float, turns: int, *, bare_too: bool) -> Iterator[dict[str, Any]]:
    """One run, and with `bare_too` the same requests with the bare clients, against the same server."""
    scenario = find(SCENARIO).scenario
    with server(latency, fail) as base_url:
        settings = Settings(
            engine="llm",
            model="dev",
            base_url=base_url,
            simulated_clock=True,
            max_turns=turns,
            selector="embedded" if kind == "light" else None,
        )
        engines = Engines.of(settings, os.environ, concurrency=count, max_retries=8, backoff_s=0.1)
        cast = cast_of(kind, scenario, settings, engines)
        records, seconds, cpu = asyncio.run(sit_all(count, cast, scenario, settings, engines))
        calls = _calls(base_url)
        done = [record for record in records if isinstance(record, Record)]
        chain = max((_calls_in_sequence(record) for record in done), default=0)
        lost: dict[str, Any] = {"lost": count - len(done), "requests": len(calls)}
        lost["failed_requests"] = sum(call["status"] != 200 for call in calls)
        setting = {"interviews": count, "turns_each": turns, "latency_s": latency, "failing": fail}
        yield setting | {"who": f"interviews, {kind} cast"} | lost | _pace(seconds, cpu, len(calls), chain * latency)
        bodies = [call["body"] for call in calls if call["status"] == 200]
        for name in KINDS if bare_too and not fail else ():  # the bare clients would need retries of their own
            seconds, cpu = asyncio.run(_bare(name, base_url, bodies, count, chain))
            yield setting | {"who": name} | _pace(seconds, cpu, count * chain, chain * latency)


async def _bare(name: str, base_url: str, bodies: list[Body], chains: int, length: int) -> tuple[float, float]:
    """Seconds and CPU seconds, after one call that loads the libraries."""
    async with client(name, base_url, chains) as send:
        await send(bodies[0])
        began, cpu = time.perf_counter(), _cpu()
        await replay(send, bodies, chains, length)
        return time.perf_counter() - began, _cpu() - cpu


def _pace(seconds: float, cpu: float, requests: int, ideal: float) -> dict[str, float]:
    return {
        "seconds": round(seconds, 1),
        "ideal_seconds": round(ideal, 1),
        "share_of_ideal": round(ideal / seconds, 3),
        "cpu_seconds": round(cpu, 1),
        "cpu_ms_per_request": round(1000 * cpu / max(1, requests), 2),
        "ten_million_additions_s": round(_yardstick(), 2),
        "load": round(os.getloadavg()[0], 1),
    }


def _calls(base_url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(base_url.removesuffix("/v1") + "/dev/calls") as reply:  # noqa: S310 - our own server
        calls: list[dict[str, Any]] = json.load(reply)["calls"]
    return calls


def _calls_in_sequence(record: Record) -> int:
    """Calls of the longest interview that had to wait for one another: its own turns and the reply to each."""
    return sum(1 for turn in record.turns if turn.speaker == "candidate" and turn.usage) + len(
        {_answered(record, turn.index) for turn in record.turns if turn.speaker != "candidate" and turn.usage}
    )


def _answered(record: Record, index: int) -> int:
    return max((turn.index for turn in record.turns[:index] if turn.speaker == "candidate"), default=-1)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _yardstick() -> float:
    """CPU seconds of a fixed loop, to tell how busy or slow the machine is at the moment."""
    began, total = _cpu(), 0
    for number in range(10_000_000):
        total += number
    return _cpu() - began


def main() -> None:
    """Print JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cast", choices=["light", "full"], default="light")
    parser.add_argument("--interviews", type=int, default=200)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--fail", type=float, default=0.0)
    parser.add_argument("--turns", type=int, default=16)
    parser.add_argument("--bare", action="store_true", help="measure the bare clients as well")
    given = parser.parse_args()
    os.environ.setdefault("OPENAI_API_KEY", "none")
    for line in measure(given.cast, given.interviews, given.latency, given.fail, given.turns, bare_too=given.bare):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
