"""How many interviews a second: ours beside a bare LangGraph loop, openevals' simulation and the ideal, on one slow model."""

import argparse
import asyncio
import dataclasses
import gc
import json
import math
import os
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypedDict

import numpy as np
from langgraph.graph import END, START, StateGraph

from agents.candidate import CandidateTurn, CandidateView, load_material
from agents.cast import Cast, build_cast
from agents.encoder import packaged_encoder
from agents.record import Record, ScenarioStamp
from agents.settings import Settings
from benchmarks.light import QUESTION, ModelCandidate, ModelInterviewer, SlowModel, light_cast
from evals.selfplay import Plan, job_of, run_shard, seats_of
from graphs.episode import EpisodeSpec, Table
from scenarios.catalog import find
from scenarios.scenario import Scenario

SCENARIO = "food-delivery-eta"
MINUTES = 180.0
CALLS_PER_TURN = 2
ARMS = ["bare_langgraph_loop", "openevals", "ours_graph_alone", "ours_all_roles"]

Arm = Callable[[int], Awaitable[None]]


class Bare(TypedDict, total=False):
    """State of the bare loop."""

    said: str
    turns: int


def lines_of(interview: int, turns: int) -> list[str]:
    """What one candidate says; no two lines are the same, as with a real model, so that no vector is ever at hand."""
    points = [point.wording("IC6") for point in load_material("generic").points if point.wording("IC6")]
    return [f"{points[(interview + turn) % len(points)]} This is point {turn} of {interview}." for turn in range(turns)]


def bare_arm(model: SlowModel, turns: int) -> Arm:
    """A LangGraph loop with as many super-steps as ours: candidate, hear, interviewer, deliver."""

    async def candidate(_state: Bare) -> dict[str, Any]:
        return {"said": await model.call("x")}

    async def interviewer(_state: Bare) -> dict[str, Any]:
        return {"said": await model.call(QUESTION)}

    async def hear(state: Bare) -> dict[str, Any]:
        return {"said": state["said"]}

    async def deliver(state: Bare) -> dict[str, Any]:
        return {"turns": state["turns"] + 1}

    builder = StateGraph(Bare)
    for name, node in {"candidate": candidate, "hear": hear, "interviewer": interviewer, "deliver": deliver}.items():
        builder.add_node(name, node)  # type: ignore[call-overload]
    for one, other in [(START, "candidate"), ("candidate", "hear"), ("hear", "interviewer"), ("interviewer", "deliver")]:
        builder.add_edge(one, other)

    async def onwards(state: Bare) -> str:
        return "candidate" if state["turns"] < turns else END

    builder.add_conditional_edges("deliver", onwards)
    graph = builder.compile()

    async def sit(_interview: int) -> None:
        await graph.ainvoke({"turns": 0, "said": ""}, {"recursion_limit": 10_000})

    return sit


def openevals_arm(model: SlowModel, turns: int) -> Arm | None:
    """The multi-turn simulation of openevals, None if it is not installed (it is no dependency of ours)."""
    try:
        from openevals.simulators import run_multiturn_simulation_async
    except ImportError:
        return None

    async def app(_inputs: Any, **_: Any) -> dict[str, str]:
        return {"role": "assistant", "content": await model.call(QUESTION)}

    async def sit(interview: int) -> None:
        lines = iter(lines_of(interview, turns))

        async def user(_trajectory: Any, **_: Any) -> dict[str, str]:
            return {"role": "user", "content": await model.call(next(lines))}

        await run_multiturn_simulation_async(app=app, user=user, max_turns=turns)

    return sit


def our_arm(cast: Cast, scenario: Scenario, model: SlowModel, turns: int) -> Arm:
    """Our interview graph with `cast`."""
    settings = Settings(minutes=MINUTES, simulated_clock=True, max_turns=100_000)

    table = Table(cast, settings)

    async def sit(interview: int) -> None:
        await table.sit(spec(scenario, interview), ModelCandidate(model, lines_of(interview, turns)))

    return sit


def full_cast(scenario: Scenario, model: SlowModel) -> Cast:
    """The embedded cast, its interviewer's words coming from the model: router, guard, coverage and grader do all their work."""
    cast = build_cast(scenario, Settings(minutes=MINUTES), packaged_encoder(threads=1))
    return dataclasses.replace(cast, interviewer=ModelInterviewer(model, scenario.brief))


def spec(scenario: Scenario, episode: int) -> EpisodeSpec:
    """A spec for one benchmark interview."""
    return EpisodeSpec(
        scenario=ScenarioStamp(id=scenario.id, sha256=scenario.sha256), profile="ic6", episode=episode, seed=episode
    )


async def timed(arm: Arm, interviews: int, ideal: float) -> dict[str, float]:
    """Wall and CPU time of `interviews` at once, beside the time that the model alone takes."""
    await arm(-1)
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(arm(interview) for interview in range(interviews)))
    seconds, busy = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "n": interviews,
        "seconds": round(seconds, 2),
        "share_of_ideal": round(ideal / seconds, 3),
        "cpu_seconds": round(busy, 2),
        "interviews_per_second": round(interviews / seconds, 2),
    }


async def with_latency(scenario: Scenario, latency: float, interviews: int, turns: int, chosen: list[str]) -> dict[str, Any]:
    """The chosen arms, one after the other, on the same model."""
    model = SlowModel(latency)
    ideal = turns * CALLS_PER_TURN * latency
    arms: dict[str, Callable[[], Arm | None]] = {
        "bare_langgraph_loop": lambda: bare_arm(model, turns),
        "openevals": lambda: openevals_arm(model, turns),
        "ours_graph_alone": lambda: our_arm(light_cast(scenario.brief, MINUTES, model), scenario, model, turns),
        "ours_all_roles": lambda: our_arm(full_cast(scenario, model), scenario, model, turns),
    }
    figures: dict[str, Any] = {"latency_s": latency, "turns": turns, "ideal_seconds": ideal}
    for name in chosen:
        arm = arms[name]()
        figures[name] = await timed(arm, interviews, ideal) if arm else "not installed"
    return figures


def embedded(episodes: int) -> dict[str, Any]:
    """Whole embedded interviews in one process, candidate and all, one at a time: no model, no network."""
    plan = Plan(
        seats=seats_of((SCENARIO,)), profiles=("ic4", "ic6"), episodes=episodes, seed=1, settings=Settings(simulated_clock=True)
    )
    outcomes = run_shard(plan.specs, job_of(plan))
    next(outcomes)
    wall, cpu = time.perf_counter(), time.process_time()
    records = [outcome for outcome in outcomes if isinstance(outcome, Record)]
    seconds, busy = time.perf_counter() - wall, time.process_time() - cpu
    turns = sum(len(record.turns) for record in records)
    return {
        "n": len(records),
        "episodes_per_second": round(len(records) / seconds, 2),
        "episodes_per_cpu_second": round(len(records) / busy, 2),
        "turns_each": round(turns / max(1, len(records)), 1),
        "cpu_ms_per_turn": round(1000 * busy / max(1, turns), 1),
    }


async def memory(scenario: Scenario, interviews: int, turns: int) -> dict[str, Any]:
    """Python memory that one more interview under way takes, when it is `turns` candidate turns old."""
    cast = light_cast(scenario.brief, MINUTES, SlowModel(0))
    table = Table(cast, Settings(minutes=MINUTES, simulated_clock=True))
    arrived, hold = asyncio.Semaphore(0), asyncio.Event()

    class Held(ModelCandidate):
        async def speak(self, view: CandidateView) -> CandidateTurn:
            turn = await super().speak(view)
            if turn.command == "end":
                arrived.release()
                await hold.wait()
            return turn

    def sit(number: int) -> Coroutine[Any, Any, Record]:
        return table.sit(spec(scenario, number), Held(SlowModel(0), lines_of(number, turns)))

    hold.set()
    await sit(-1)
    await arrived.acquire()
    hold.clear()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    running = [asyncio.create_task(sit(number)) for number in range(interviews)]
    for _ in running:
        await arrived.acquire()
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    hold.set()
    await asyncio.gather(*running)
    return {"n": interviews, "turns": turns, "kb_each": round(taken / interviews / 1000)}


async def growth(scenario: Scenario, sizes: list[int]) -> dict[str, Any]:
    """CPU of one interview by number of candidate turns, on the graph alone and with all roles; exponent 1 is linear."""
    figures: dict[str, Any] = {"turns": sizes}
    encoder_cast = full_cast(scenario, SlowModel(0))
    for name, cast in (("graph_alone", light_cast(scenario.brief, MINUTES, SlowModel(0))), ("all_roles", encoder_cast)):
        taken = []
        for size in sizes:
            arm = our_arm(cast, scenario, SlowModel(0), size)
            await arm(0)
            began = time.process_time()
            await arm(0)
            taken.append(time.process_time() - began)
        exponent = np.polyfit([math.log(size) for size in sizes], [math.log(value) for value in taken], 1)[0]
        figures[name] = {
            "cpu_ms_per_turn": [round(1000 * value / size, 2) for value, size in zip(taken, sizes, strict=True)],
            "exponent": round(float(exponent), 2),
        }
    return figures


def main() -> None:
    """Run everything and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--interviews", type=int, default=200)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--episodes", type=int, default=10)
    parser.add_argument("--arms", nargs="*", choices=ARMS, default=ARMS)
    parser.add_argument("--parts", nargs="*", choices=["with_latency", "embedded", "memory", "growth"])
    arguments = parser.parse_args()
    scenario = find(SCENARIO).scenario
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "with_latency": lambda: asyncio.run(
            with_latency(scenario, arguments.latency, arguments.interviews, arguments.turns, arguments.arms)
        ),
        "embedded": lambda: embedded(arguments.episodes),
        "memory": lambda: asyncio.run(memory(scenario, arguments.interviews, arguments.turns)),
        "growth": lambda: asyncio.run(growth(scenario, [10, 20, 40, 80, 160])),
    }
    report: dict[str, Any] = {name: parts[name]() for name in arguments.parts or parts}
    print(json.dumps(report | {"load_average": os.getloadavg()[0], "cores": os.cpu_count()}, indent=1))


if __name__ == "__main__":
    main()
