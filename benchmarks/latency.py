"""How fast a practice session is: first prompt, reply to a turn, peak memory, beside a bare LangGraph loop of as many steps."""

import argparse
import asyncio
import json
import os
import pty
import resource
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TypedDict

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

from agents.cast import build_cast
from agents.encoder import packaged_encoder
from agents.settings import Settings
from graphs.session import open_session
from graphs.store import SessionFolder, SessionMeta
from scenarios.catalog import find

SCENARIO = "food-delivery-eta"
TURNS = [
    "How many orders are placed per day, and what is the latency budget at checkout?",
    "I would start from a simple baseline, the historical mean per restaurant and distance band, because it is robust and cheap.",
    "Where do the labels come from, and can the timestamps be trusted?",
    "For features I'd use the kitchen's recent delays, courier supply near the restaurant, distance, weather and time of day.",
    "Is gradient boosting the right choice here?",
    "I'd train on two years of orders, split by time, with a loss that punishes being late more than being early.",
    "How is the current estimate made?",
    "Then I'd run a switchback experiment by city and hour, with late share as guardrail, and watch calibration by segment.",
]


def starts(runs: int) -> tuple[list[float], list[float]]:
    """Seconds from starting the command at a terminal to its opening on the screen, and to its first prompt; warm disk."""
    opening, prompt = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as data:
            command = [sys.executable, "-m", "cli.main", "practice", "--scenario", SCENARIO, "--data-dir", data]
            ours, theirs = pty.openpty()
            began = time.perf_counter()
            process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
            opening.append(_shows(ours, b"Interviewer") - began)
            prompt.append(_shows(ours, b"min left") - began)
            process.kill()
            process.wait()
            os.close(ours)
            os.close(theirs)
    return opening, prompt


def _shows(terminal: int, wanted: bytes) -> float:
    """When `wanted` has been written to the terminal; the line with the phase and the time left stands above the prompt."""
    seen = b""
    while wanted not in seen:
        if not select.select([terminal], [], [], 60)[0]:
            raise TimeoutError(f"no {wanted!r} within 60 s, but {seen[-200:]!r}")
        seen += os.read(terminal, 4096)
    return time.perf_counter()


async def replies(rounds: int) -> list[float]:
    """Seconds for each reply of a real session with its checkpoints on disk."""
    scenario = find(SCENARIO).scenario
    settings = Settings(minutes=180)
    taken = []
    with tempfile.TemporaryDirectory() as root:
        meta = SessionMeta(
            session_id="bench",
            scenario=SCENARIO,
            scenario_path="",
            scenario_sha256=scenario.sha256,
            settings=settings,
            seed=0,
            started_at="2026-01-01T00:00:00+00:00",
        )
        folder = SessionFolder.create(Path(root), meta)
        cast = build_cast(scenario, settings, packaged_encoder())
        async with open_session(folder, cast) as session:
            await session.catch_up()
            cast.warm()  # as `practice` does while the opening is read
            for number in range(rounds * len(TURNS)):
                text = f"{TURNS[number % len(TURNS)]} That is point {number}."
                began = time.perf_counter()
                await session.say(text, 1.0)
                taken.append(time.perf_counter() - began)
    return taken


class Bare(TypedDict, total=False):
    """State of the bare loop."""

    said: str
    turns: list[str]


async def bare_loop(turns: int) -> list[float]:
    """Seconds for each turn of a LangGraph loop with as many super-steps and the same checkpointer, whose nodes do nothing."""

    async def candidate(_state: Bare) -> dict[str, Any]:
        return {"said": interrupt({})}

    async def step(_state: Bare) -> dict[str, Any]:
        return {"turns": []}

    builder = StateGraph(Bare)
    builder.add_node("candidate", candidate)  # type: ignore[call-overload]
    for name in ("hear", "interviewer", "deliver"):
        builder.add_node(name, step)  # type: ignore[call-overload]
    for one, other in [
        (START, "candidate"),
        ("candidate", "hear"),
        ("hear", "interviewer"),
        ("interviewer", "deliver"),
        ("deliver", "candidate"),
    ]:
        builder.add_edge(one, other)
    taken = []
    with tempfile.TemporaryDirectory() as root:
        async with AsyncSqliteSaver.from_conn_string(str(Path(root) / "bare.sqlite")) as saver:
            graph = builder.compile(checkpointer=saver)
            config: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": 10_000}
            await graph.ainvoke({"said": ""}, config, durability="sync")
            for _ in range(turns):
                began = time.perf_counter()
                await graph.ainvoke(Command(resume="x"), config, durability="sync")
                taken.append(time.perf_counter() - began)
    return taken


def summary(seconds: list[float]) -> dict[str, float]:
    """n, median, 95th percentile and maximum in milliseconds."""
    ordered = sorted(1000 * value for value in seconds)
    return {
        "n": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "max_ms": round(ordered[-1], 1),
    }


def main() -> None:
    """Run all and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--starts", type=int, default=7)
    arguments = parser.parse_args()
    opening, prompt = starts(arguments.starts + 1)
    ours = asyncio.run(replies(arguments.rounds))
    bare = asyncio.run(bare_loop(len(ours)))
    report = {
        "opening_shown": summary(opening[1:]),
        "first_prompt": summary(prompt[1:]),
        "reply": summary(ours),
        "bare_langgraph_loop": summary(bare),
        "ratio_p50": round(statistics.median(ours) / statistics.median(bare), 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load_average": os.getloadavg()[0],
        "cores": os.cpu_count(),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
