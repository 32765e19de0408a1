"""The interview graph: who speaks when, drawn as in docs/architecture.md."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.cast import Cast
from agents.dialogue import words
from agents.interviewer import Clock, Schedule
from agents.settings import Settings
from graphs.nodes import Node, confine, nodes_of
from graphs.state import InterviewState

Graph = CompiledStateGraph[Any, Any, Any, Any]

AfterHear = Literal["facts", "interviewer", "hint"]
BOTH: tuple[AfterHear, ...] = ("facts", "interviewer")
RECURSION_LIMIT = 10_000
STATEMENT_WORDS = 8
"""A lead-in such as 'before I design anything' beside a question is no design statement."""


def build_graph(cast: Cast, settings: Settings, candidate: Node, checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Compile the graph for one cast; `candidate` is a person (an interrupt) or simulated."""
    builder = StateGraph(InterviewState)
    for name, node in nodes_of(cast, settings, candidate).items():
        builder.add_node(name, confine(name, node), input_schema=node.reads)  # type: ignore[call-overload]
    builder.add_edge(START, "open")
    builder.add_edge("open", "candidate")
    builder.add_edge("candidate", "hear")
    builder.add_conditional_edges("hear", _routes(cast.schedule), ["facts", "interviewer", "hint"])
    builder.add_edge("facts", "deliver")
    builder.add_edge("interviewer", "deliver")
    builder.add_edge("hint", "candidate")
    builder.add_conditional_edges("deliver", _ends, ["candidate", "grade"])
    builder.add_edge("grade", END)
    return builder.compile(checkpointer=checkpointer, name="interview")


def after_hear(state: InterviewState, schedule: Schedule) -> Sequence[AfterHear]:
    """A command first; then the facts agent if a question was asked and there is time left; else the interviewer.

    A question gets its answer and nothing more, unless the turn also made a statement or ended the interview: then both
    answer side by side, so that no model call waits for another.
    """
    command = state["said"].get("command")
    over = schedule.left(Clock.model_validate(state["clock"])) <= 0
    if command == "hint" and not over:
        return ("hint",)
    if command or over or "question" not in state["routing"]["acts"]:
        return ("interviewer",)
    stated = words(state["routing"]["statement"]) >= STATEMENT_WORDS
    return BOTH if stated or "finished" in state["routing"]["acts"] else ("facts",)


def after_deliver(state: InterviewState) -> Literal["candidate", "grade"]:
    """The next turn, or grading once the interview has ended."""
    return "grade" if state.get("ended") else "candidate"


def _routes(schedule: Schedule) -> Callable[[InterviewState], Awaitable[Sequence[AfterHear]]]:
    """`after_hear` as a coroutine: LangGraph runs plain functions in a thread, which takes longer than the routing itself."""

    async def routes(state: InterviewState) -> Sequence[AfterHear]:
        return after_hear(state, schedule)

    return routes


async def _ends(state: InterviewState) -> Literal["candidate", "grade"]:
    return after_deliver(state)
