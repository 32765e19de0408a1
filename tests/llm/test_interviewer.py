"""The LLM interviewer: the house rules hold whatever the model says, and code keeps the time."""

from typing import Any

import pytest

from agents.devserver import Answer, DevServer
from agents.dialogue import Utterance
from agents.interviewer import Clock, InterviewerView, violations
from agents.model import ModelFailure
from agents.router import Routing
from benchmarks.scripted_model import ScriptedModel, by_role
from tests.llm.conftest import MakeCast

SAID = "I would start from a plain count of parcels per belt, because it is easy to check and easy to explain."


def view(text: str = SAID, *, acts: tuple[str, ...] = ("statement",), elapsed: float = 30.0, **fields: Any) -> InterviewerView:
    turns = (
        Utterance(
            index=0, speaker="interviewer", text="Where would you like to start?", phase="clarify", at=5, acts=("opening",)
        ),
        Utterance(index=1, speaker="candidate", text=text, phase="clarify", at=elapsed, acts=acts, area="data"),
    )
    routing = Routing.model_validate({"acts": acts, "statement": text if "statement" in acts else ""} | fields.pop("routing", {}))
    clock = Clock(elapsed=elapsed, phase="clarify")
    return InterviewerView(
        transcript=turns, routing=routing, clock=clock, coverage={"navigation": "no", "data": "thin"}, **fields
    )


async def test_the_model_words_the_turn(make_cast: MakeCast, server: DevServer) -> None:
    draft = await make_cast().interviewer.reply(view())
    assert (draft.text, draft.act, draft.area) == ("Where would you expect trouble first?", "follow_up", "data")
    assert draft.usage is not None
    assert draft.usage.calls == len(server.calls) == 1


BREAKING = {
    "two questions": "Why that? And why not the other?",
    "a list": "- first\n- second",
    "too long": "word " * 41,
    "praise": "Great point! What comes next?",
    "a verdict": "That's right. What comes next?",
}


@pytest.mark.parametrize("words", BREAKING.values(), ids=BREAKING)
async def test_a_broken_rule_is_named_and_mended_by_one_more_draft(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel, words: str
) -> None:
    replies = iter([{"say": words, "area": "data"}, {"say": "What comes next?", "area": "none"}])
    scripted.says["interviewer"] = lambda request: next(replies)
    draft = await make_cast().interviewer.reply(view())
    assert (draft.text, draft.area, draft.regenerated) == ("What comes next?", None, True)
    assert len(server.calls) == 2
    assert violations(words)[0] in server.calls[1].request.last_user


async def test_a_model_that_never_keeps_the_rules_gives_way_to_a_neutral_probe(
    make_cast: MakeCast, server: DevServer, scripted: ScriptedModel
) -> None:
    scripted.says["interviewer"] = lambda request: {"say": "Great point! Use a tree. Or a net? Which?", "area": "data"}
    draft = await make_cast().interviewer.reply(view())
    assert len(server.calls) == 2
    assert "tree" not in draft.text
    assert not violations(draft.text)
    assert draft.error is not None
    assert draft.error.startswith("house rules")
    assert draft.usage is not None
    assert draft.usage.calls == 2


@pytest.mark.parametrize(
    "seen",
    [
        view(command="end"),
        view(command="next"),
        view(elapsed=5000.0),
        view(elapsed=400.0),
        view("", acts=("empty",)),
        view("How long have we got?", acts=("meta",), routing={"meta": "time"}),
        view("Could you say that again?", acts=("meta",), routing={"meta": "repeat"}),
    ],
    ids=["end", "next", "over", "phase spent", "empty", "time", "repeat"],
)
async def test_what_code_can_say_costs_no_call(make_cast: MakeCast, server: DevServer, seen: InterviewerView) -> None:
    draft = await make_cast().interviewer.reply(seen)
    assert draft.text
    assert server.calls == []


async def test_a_hint_is_declined_in_the_models_words(make_cast: MakeCast, server: DevServer) -> None:
    draft = await make_cast().interviewer.reply(view("Should I use a tree?", acts=("hint_request",)))
    assert draft.act == "decline"
    assert "Decline briefly" in server.calls[0].request.last_user


@pytest.mark.parametrize(
    "fault", ["malformed_json", "wrong_schema", "truncated", "empty", "refusal", "wrong_role", "malformed_body"]
)
async def test_an_unreadable_reply_is_the_persons_decision_or_a_neutral_probe(
    make_cast: MakeCast, scripted: ScriptedModel, fault: Any
) -> None:
    scripted.says["interviewer"] = lambda request: Answer(fault=fault)
    with pytest.raises(ModelFailure):
        await make_cast().interviewer.reply(view())
    draft = await make_cast(on_unusable="neutral").interviewer.reply(view())
    assert draft.error
    assert not violations(draft.text)


async def test_a_server_that_fails_is_a_failure_even_in_a_batch(make_cast: MakeCast, scripted: ScriptedModel) -> None:
    scripted.says["interviewer"] = lambda request: Answer(fault="503")
    with pytest.raises(ModelFailure, match="server failed"):
        await make_cast(on_unusable="neutral").interviewer.reply(view())


async def test_the_second_draft_after_the_guard_says_nothing_about_why(make_cast: MakeCast, server: DevServer) -> None:
    cast = make_cast()
    draft = await cast.interviewer.reply(view())
    assert cast.redraft is not None
    again = await cast.redraft(draft, view().transcript, view().clock)
    assert again is not None
    assert again.regenerated
    asked = by_role(server, "interviewer")[1].last_user
    assert draft.text in asked
    assert "guard" not in asked
    assert "4 million" not in asked
    assert await cast.redraft(again, view().transcript, view().clock) is None


async def test_an_area_that_the_brief_does_not_have_is_no_area(make_cast: MakeCast, scripted: ScriptedModel) -> None:
    scripted.says["interviewer"] = lambda request: {"say": "What comes next?", "area": "secrets"}
    with pytest.raises(ModelFailure) as raised:
        await make_cast().interviewer.reply(view())
    assert raised.value.kind == "wrong_schema"
