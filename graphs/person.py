"""The candidate node for a person: an interrupt that waits for what they type."""

from langgraph.types import interrupt

from graphs.nodes import Node
from graphs.state import CandidateReads, Json


def person_node() -> Node:
    """Pauses the graph until `Said` is given to resume it; nothing runs before the interrupt."""

    async def run(state: CandidateReads) -> Json:
        said = interrupt({"turn": len(state.get("transcript", ()))})
        return {"said": said}

    return Node(run, CandidateReads, frozenset({"said"}))
