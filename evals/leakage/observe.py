"""Sits one interview in the compiled graph with every role watched, and keeps what the candidate was shown."""

from dataclasses import dataclass
from typing import Any

from agents.candidate import Candidate
from agents.cast import Cast
from agents.record import Record, ScenarioStamp
from agents.settings import Settings
from evals.leakage.watch import Declassified, Log, WatchedCandidate, as_text, watched
from graphs.episode import STARTED_AT, record_from_state
from graphs.interview import RECURSION_LIMIT, build_graph
from graphs.nodes import simulated_candidate_node

SHOWN = ("transcript", "clock", "ended")
"""Channels that the candidate's screen is drawn from."""


@dataclass(frozen=True)
class Observation:
    """One interview with everything that passed between the roles."""

    log: Log
    shown: tuple[str, ...]
    record: Record
    declassified: Declassified


async def observe(
    cast: Cast, candidate: Candidate, settings: Settings, *, scenario: ScenarioStamp, again: Declassified | None = None
) -> Observation:
    """Run the interview on the simulated clock; with `again`, declassified outputs are those of another run."""
    settings = settings.model_copy(update={"simulated_clock": True})
    log = Log()
    roles, kept = watched(cast, log, again)
    graph = build_graph(roles, settings, simulated_candidate_node(WatchedCandidate(candidate, log), cast.schedule))
    shown: list[str] = []
    state: dict[str, Any] = {}
    config: Any = {"recursion_limit": RECURSION_LIMIT}
    chunk: Any
    async for mode, chunk in graph.astream({"hints_given": {}}, config, stream_mode=["updates", "values"]):
        if mode == "values":
            state = chunk
        else:
            shown += [as_text({channel: update[channel] for channel in SHOWN if channel in update}) for update in chunk.values()]
    record = record_from_state(
        state,
        session_id="observed",
        scenario=scenario,
        engine=cast.stamps,
        settings=settings.model_dump(mode="json"),
        seed=0,
        started_at=STARTED_AT,
    )
    return Observation(log, tuple(shown), record, kept)
