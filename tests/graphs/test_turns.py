"""Who speaks when: the graph's routes, on scripted roles."""

from typing import Any

import pytest

from agents.cast import Cast
from agents.settings import Settings
from graphs.interview import RECURSION_LIMIT, build_graph
from graphs.nodes import Node, WriteOutsideCompartmentError, confine, join_turns, simulated_candidate_node
from graphs.state import CandidateReads
from tests.fakes import RecordingInterviewer, ScriptedCandidate, scripted_cast

SETTINGS = Settings(minutes=20, simulated_clock=True)


async def sit(
    lines: list[Any], *, settings: Settings = SETTINGS, says: str | None = None, seconds: float = 10.0
) -> tuple[dict[str, Any], Cast]:
    cast = scripted_cast(settings, says=says)
    graph = build_graph(cast, settings, simulated_candidate_node(ScriptedCandidate(lines, seconds), cast.schedule))
    return await graph.ainvoke({"hints_given": {}}, {"recursion_limit": RECURSION_LIMIT}), cast


def speakers(state: dict[str, Any]) -> list[str]:
    return [turn["speaker"] for turn in state["transcript"]]


async def test_a_question_gets_its_answer_and_nothing_more() -> None:
    state, _ = await sit(["How many a day?"])
    assert speakers(state) == ["interviewer", "candidate", "facts", "interviewer"]
    assert state["transcript"][3]["acts"] == ["closing"]


async def test_a_statement_goes_to_the_interviewer_alone() -> None:
    state, cast = await sit(["I would start with the belt."])
    assert speakers(state) == ["interviewer", "candidate", "interviewer", "interviewer"]
    assert cast.facts.asked == []  # type: ignore[attr-defined]


async def test_a_question_inside_a_statement_gets_both() -> None:
    state, _ = await sit(["I would start with the belt and go on from there. How many a day?"])
    assert speakers(state)[:4] == ["interviewer", "candidate", "facts", "interviewer"]
    assert "closing" not in state["transcript"][3]["acts"]


async def test_the_interviewer_is_not_shown_private_annotations() -> None:
    _, cast = await sit(["How many a day?", "I would go on."])
    assert isinstance(cast.interviewer, RecordingInterviewer)
    shown = cast.interviewer.views[0].model_dump_json()
    assert "volume" not in shown
    assert "nav-one" not in shown


async def test_a_hint_is_served_by_code_and_marks_what_follows_as_assisted() -> None:
    state, cast = await sit(["I would look at the data.", "hint", "I would label it."])
    hints = [turn for turn in state["transcript"] if "hint" in turn["acts"]]
    assert [turn["text"] for turn in hints] == ["Think about data."]
    turns = join_turns(state["transcript"], state["ledger"])
    assert turns[hints[0]["index"] + 1].assisted == ("data",)
    assert isinstance(cast.interviewer, RecordingInterviewer)
    assert all(view.command != "hint" for view in cast.interviewer.views)


async def test_the_record_tells_which_turn_a_command_came_with_or_answers() -> None:
    state, _ = await sit(["I would look at the data.", "hint", "next", "I would label it.", "end"])
    turns = join_turns(state["transcript"], state["ledger"])
    assert [turn.command for turn in turns if turn.command] == ["hint", "next", "end"]
    assert {turn.speaker for turn in turns if turn.command} == {"interviewer"}
    assert [turn.index for turn in turns] == list(range(len(turns)))


async def test_a_blocked_draft_is_replaced_and_both_are_kept() -> None:
    state, _ = await sit(["I would sort by size."], says="The secret is 4 million.")
    said = state["transcript"][2]
    note = state["ledger"][2]["guard"]
    assert "secret" not in said["text"]
    assert said["acts"] == ["neutral"]
    assert note["verdict"] == "replaced"
    assert note["draft"] == "The secret is 4 million."


async def test_the_phase_moves_on_when_its_time_is_spent() -> None:
    state, _ = await sit(["I would think."] * 3, seconds=200.0)
    assert [turn["phase"] for turn in state["transcript"]][-1] == "deep_dive"
    assert any("transition" in turn["acts"] for turn in state["transcript"])


async def test_the_interview_ends_when_the_time_is_over() -> None:
    state, _ = await sit(["I would think aloud."] * 50, seconds=300.0)
    assert state["ended"] == {"reason": "time"}
    assert len(state["transcript"]) < 16


async def test_no_probe_is_asked_twice() -> None:
    state, _ = await sit([f"I would consider idea number {n} and weigh it with care." for n in range(25)], seconds=1.0)
    assert len(state["used_probes"]) == len(set(state["used_probes"]))


async def test_the_turn_limit_stops_a_runaway_interview() -> None:
    state, _ = await sit(["I would go on."] * 100, settings=SETTINGS.model_copy(update={"max_turns": 9}), seconds=0.1)
    assert state["ended"] == {"reason": "turn_limit"}
    assert state["scorecard"] is not None


async def test_a_node_that_writes_outside_its_compartment_is_stopped() -> None:
    async def run(_state: CandidateReads) -> dict[str, Any]:
        return {"said": {}, "released": ["volume"]}

    node = confine("candidate", Node(run, CandidateReads, frozenset({"said"})))
    with pytest.raises(WriteOutsideCompartmentError, match="released"):
        await node({})
