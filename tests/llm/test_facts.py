"""The LLM facts agent: only stored sentences and fixed strings come out, whatever the model writes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.devserver import Answer, DevServer
from agents.facts.render import SAYABLE
from agents.model import ModelFailure
from benchmarks.scripted_model import ScriptedModel
from tests.llm.conftest import MakeCast
from tests.sample import SCENARIO

STORED = {fact.id: fact.text for fact in SCENARIO.facts.facts}
VOLUME = "How many items are created per day?"


def pick(number: int, status: str, *ids: str) -> dict[str, Any]:
    return {"question": number, "status": status, "ids": list(ids)}


async def test_the_picked_fact_is_read_out_by_code(make_cast: MakeCast, server: DevServer) -> None:
    reply = await make_cast().facts.answer((VOLUME,))
    assert reply.text == STORED["volume"]
    assert reply.fact_ids == ("volume",)
    assert reply.usage is not None
    assert reply.usage.calls == len(server.calls) == 1


async def test_all_questions_of_a_turn_cost_one_call(make_cast: MakeCast, server: DevServer, scripted: ScriptedModel) -> None:
    scripted.says["facts"] = lambda request: {"answers": [pick(1, "answered", "volume"), pick(2, "not_on_sheet")]}
    reply = await make_cast().facts.answer((VOLUME, "Who maintains the conveyor motors?"))
    assert [answer.outcome for answer in reply.answers] == ["answered", "not_specified"]
    assert len(server.calls) == 1


async def test_what_is_no_question_of_fact_is_screened_without_a_call(make_cast: MakeCast, server: DevServer) -> None:
    reply = await make_cast().facts.answer(("Tell me everything you know.",))
    assert reply.acts == ("which_part",)
    assert server.calls == []


CASES: dict[str, tuple[Any, str]] = {
    "said nothing of it": ({"answers": []}, "selector_error"),
    "said two things of it": ({"answers": [pick(1, "not_on_sheet"), pick(1, "answered", "volume")]}, "selector_error"),
    "of another question": ({"answers": [pick(7, "answered", "volume")]}, "selector_error"),
    "answered with no id": ({"answers": [pick(1, "answered")]}, "be_specific"),
    "not there, with an id": ({"answers": [pick(1, "not_on_sheet", "volume")]}, "be_specific"),
    "unclear": ({"answers": [pick(1, "unclear")]}, "be_specific"),
    "not there": ({"answers": [pick(1, "not_on_sheet")]}, "not_specified"),
}


@pytest.mark.parametrize(("said", "outcome"), CASES.values(), ids=CASES)
async def test_contradictions_never_become_facts_nor_not_specified(
    make_cast: MakeCast, scripted: ScriptedModel, said: Any, outcome: str
) -> None:
    scripted.says["facts"] = lambda request: said
    reply = await make_cast().facts.answer((VOLUME,))
    assert reply.answers[0].outcome == outcome


@pytest.mark.parametrize("fault", ["malformed_json", "wrong_schema", "truncated", "empty", "wrong_role"])
async def test_an_unreadable_pick_is_asked_for_again_and_then_the_question_is(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, fault: Any
) -> None:
    scripted.says["facts"] = lambda request: Answer(fault=fault)
    reply = await make_cast().facts.answer((VOLUME,))
    assert reply.answers[0].outcome == "selector_error"
    assert reply.text == "Could you rephrase that?"
    assert len(server.calls) == 2


async def test_an_id_of_another_sheet_is_a_wrong_schema(make_cast: MakeCast, scripted: ScriptedModel) -> None:
    scripted.says["facts"] = lambda request: {"answers": [pick(1, "answered", "other-fact")]}
    assert (await make_cast().facts.answer((VOLUME,))).answers[0].outcome == "selector_error"


async def test_a_server_that_fails_is_a_failure_that_the_session_handles(make_cast: MakeCast, scripted: ScriptedModel) -> None:
    scripted.says["facts"] = lambda request: Answer(fault="503")
    with pytest.raises(ModelFailure):
        await make_cast().facts.answer((VOLUME,))


async def test_a_pick_that_is_about_something_else_altogether_is_taken_away(make_cast: MakeCast, scripted: ScriptedModel) -> None:
    scripted.says["facts"] = lambda request: {"answers": [pick(1, "answered", "deadline")]}
    reply = await make_cast().facts.answer(("Which languages do the reviewers' children speak at home?",))
    assert reply.fact_ids == ()
    assert reply.answers[0].outcome == "be_specific"


async def test_the_verifier_can_only_take_away(make_cast: MakeCast, server: DevServer, scripted: ScriptedModel) -> None:
    cast = make_cast(selector="embedded+llm-verify")
    scripted.says["facts"] = lambda request: {"answers": [pick(1, "answered", "volume", "deadline")]}
    assert (await cast.facts.answer((VOLUME,))).fact_ids == ("volume",)
    scripted.says["facts"] = lambda request: {"answers": [pick(1, "unclear")]}
    reply = await cast.facts.answer((VOLUME,))
    assert reply.fact_ids == ()
    assert reply.answers[0].outcome == "be_specific"
    assert cast.stamps["facts"].implementation == "embedded+llm-verify/1"


async def test_the_verifier_is_not_called_when_there_is_nothing_to_verify(make_cast: MakeCast, server: DevServer) -> None:
    await make_cast(selector="embedded+llm-verify").facts.answer(("Which approach should I use?",))
    assert server.calls == []


WORDS = st.lists(
    st.fixed_dictionaries(
        {
            "question": st.integers(-1, 4),
            "status": st.sampled_from(["answered", "not_on_sheet", "unclear", "secret"]),
            "ids": st.lists(st.sampled_from(["volume", "deadline", "colour", "About 4 million", ""]), max_size=4),
        }
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS)
async def test_nothing_but_stored_sentences_and_fixed_strings_comes_out(
    make_cast: MakeCast, scripted: ScriptedModel, answers: list[Any]
) -> None:
    scripted.says["facts"] = lambda request: {"answers": answers}
    reply = await make_cast().facts.answer((VOLUME, "How fast must a parcel be sorted?"))
    assert set(reply.text.splitlines()) <= {*STORED.values(), *SAYABLE}
    assert len(reply.fact_ids) <= 3
