"""Faults lose nothing: a person is told in one line, keeps their turn, and can retry, switch or pause."""

from pathlib import Path
from typing import Any

import pytest

from agents.cast import Cast, build_cast
from agents.devserver import FAULTS, Answer, DevServer, Fault
from agents.encoder import SentenceEncoder
from agents.grader.calibration import IMPLEMENTATION
from agents.settings import Settings
from benchmarks.scripted_model import ScriptedModel, role_of
from cli.conversation import WAYS_ON
from tests.llm.conftest import KEY, MakeCast, llm_settings
from tests.llm.people import Person, folder_for, sit
from tests.sample import SCENARIO

SAID = "I would count the parcels on each belt first, because that is where the load shows."
ASKED = f"{SAID} How many items are created per day?"


def failing(scripted: ScriptedModel, fault: Fault, *roles: str, after_s: float | None = None) -> None:
    for role in roles or ("interviewer", "facts", "grader"):
        scripted.says[role] = lambda request: Answer(fault=fault, latency=after_s)


def mended(scripted: ScriptedModel, then: str) -> Any:
    def mend() -> str:
        scripted.says.clear()
        return then

    return mend


def embedded(encoder: SentenceEncoder) -> Cast:
    return build_cast(SCENARIO, Settings(minutes=20, simulated_clock=True), encoder)


def quick(fault: Fault) -> dict[str, Any]:
    return {"max_retries": 0} | ({"timeout_s": 0.2} if fault in {"slow", "hang"} else {})


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_one_line_keeps_the_turn_and_can_be_retried(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, tmp_path: Path, fault: Fault
) -> None:
    failing(scripted, fault, "interviewer")
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    person = Person([SAID, "this is not lost either", mended(scripted, "/retry"), "/end"])
    stopped, screen = await sit(folder, make_cast(limits=quick(fault)), person)
    lines = [line for line in screen.splitlines() if line.startswith("The model failed")]
    assert stopped == "over"
    assert len(lines) == 1
    assert screen.count(WAYS_ON) == 2
    record = folder.record()
    assert [turn.text for turn in record.turns if turn.speaker == "candidate"] == [SAID]
    assert record.ended.reason == "finished"
    assert KEY not in screen + record.model_dump_json()
    assert "Traceback" not in screen


async def test_a_server_that_is_down_can_be_left_for_the_embedded_engine(
    make_cast: MakeCast, server: DevServer, tmp_path: Path, encoder: SentenceEncoder
) -> None:
    down = make_cast(limits={"base_url": "http://127.0.0.1:9/v1"}, base_url="http://127.0.0.1:9/v1")
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    person = Person([ASKED, "/embedded", "I would go on with the belts and measure each of them.", "/end"])
    stopped, screen = await sit(folder, down, person, lambda: embedded(encoder))
    record = folder.record()
    assert stopped == "over"
    assert "could not be reached" in screen
    assert [turn.speaker for turn in record.turns[:4]] == ["interviewer", "candidate", "facts", "interviewer"]
    assert record.engine["interviewer"].implementation == "embedded/1"
    assert record.engine["interviewer until turn 2"].implementation == "llm/1"
    assert record.scorecard is not None
    assert record.scorecard.grader == IMPLEMENTATION


async def test_after_a_pause_the_unanswered_turn_is_answered_first(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, tmp_path: Path
) -> None:
    failing(scripted, "503", "interviewer")
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    stopped, _ = await sit(folder, make_cast(limits={"max_retries": 0}), Person([SAID, "/pause"]))
    assert stopped == "paused"
    scripted.says.clear()
    stopped, screen = await sit(folder, make_cast(), Person(["/end"]), resumed=True)
    assert stopped == "over"
    turns = folder.record().turns
    assert [turn.speaker for turn in turns] == ["interviewer", "candidate", "interviewer", "interviewer"]
    assert turns[1].text == SAID
    assert "model failed" not in screen


async def test_resuming_into_a_server_that_is_still_down_asks_again(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, tmp_path: Path
) -> None:
    failing(scripted, "503", "interviewer")
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    cast = make_cast(limits={"max_retries": 0})
    await sit(folder, cast, Person([SAID, "/pause"]))
    stopped, screen = await sit(folder, cast, Person([mended(scripted, "/retry"), "/end"]), resumed=True)
    assert stopped == "over"
    assert screen.count("The model failed") == 1
    assert [turn.text for turn in folder.record().turns].count(SAID) == 1


async def test_without_a_person_a_failure_pauses_with_everything_kept(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, tmp_path: Path
) -> None:
    failing(scripted, "503", "interviewer")
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    stopped, screen = await sit(folder, make_cast(limits={"max_retries": 0}), Person([SAID, "never read"], interactive=False))
    assert stopped == "failed"
    assert WAYS_ON not in screen
    assert folder.record().turns[-1].text == SAID


async def test_an_answer_that_had_arrived_before_the_failure_is_not_asked_for_again(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, tmp_path: Path
) -> None:
    """Both roles are asked at once; LangGraph keeps what one wrote when the other fails later."""
    failing(scripted, "503", "interviewer", after_s=2.0)
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    await sit(folder, make_cast(limits={"max_retries": 0}), Person([ASKED, mended(scripted, "/retry"), "/pause"]))
    assert [role_of(call.request) for call in server.calls].count("facts") == 1
    assert [turn.speaker for turn in folder.record().turns] == ["interviewer", "candidate", "facts", "interviewer"]


async def test_a_grading_that_fails_ends_the_interview_ungraded(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, tmp_path: Path
) -> None:
    failing(scripted, "500", "grader")
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    stopped, _ = await sit(folder, make_cast(limits={"max_retries": 0}), Person([*[SAID] * 4, "/end"]))
    card = folder.record().scorecard
    assert stopped == "over"
    assert card is not None
    assert {(item.status, item.level) for item in card.criteria} == {("ungraded", None)}
    assert "the server failed" in card.criteria[0].reason


async def test_a_budget_stops_cleanly(make_cast: MakeCast, server: DevServer, tmp_path: Path) -> None:
    folder = folder_for(tmp_path, SCENARIO, llm_settings(server))
    cast = make_cast(limits={"budget_tokens": 1800, "max_tokens": 100})
    stopped, screen = await sit(
        folder, cast, Person([SAID, "I would weigh speed against errors, because both cost money.", "/pause"])
    )
    assert stopped == "paused"
    assert "budget of 1800 tokens is used up" in screen
    assert cast.engines is not None
    spent = cast.engines.ledger.total
    assert spent.input_tokens + spent.output_tokens <= 1800
