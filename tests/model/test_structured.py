"""Structured output holds on servers of every ability; what was learnt is remembered, and what does not fit fails."""

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from agents.devserver import Answer, ChatRequest, DevServer, Support
from agents.model import ModelFailure, system, user
from agents.model.structured import read, strict_schema
from tests.model.conftest import chat_with


class Quote(BaseModel):
    turn: int = Field(ge=0)
    text: str = "none"


class Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    level: Literal["low", "high"]
    quotes: list[Quote] = []
    note: str | None = None


FITS = {"level": "high", "quotes": [{"turn": 1, "text": "q"}], "note": None}


def obedient(request: ChatRequest) -> Answer:
    """A model that does what it is told: JSON if the request or the prompt asks for it, prose otherwise."""
    if request.format is not None:
        return Answer(data=FITS)
    return Answer(text=f"Let me see.\n<json>{json.dumps(FITS)}</json>" if "<json>" in request.system else "Gladly!")


@pytest.mark.parametrize(
    ("support", "found", "formats"),
    [
        ("json_schema", "json_schema", ["json_schema"]),
        ("json_object", "json_object", ["json_schema", "json_object"]),
        ("none", "tagged", ["json_schema", "json_object", None]),
    ],
)
async def test_each_ability_is_found_once_and_remembered(
    server: DevServer, support: Support, found: str, formats: list[str | None]
) -> None:
    server.options = server.options.model_copy(update={"structured": support})
    server.respond_with(obedient)
    model = chat_with(server)
    for _ in range(3):
        done = await model.complete([system("grade"), user("answer")], role="grader", schema=Verdict)
        assert done.parsed == Verdict.model_validate(FITS)
        assert done.structured == found
    assert [call.request.format for call in server.calls] == [*formats, formats[-1], formats[-1]]
    assert model.abilities.structured == found
    assert model.abilities.detected


async def test_a_server_that_ignores_the_field_is_seen_through(server: DevServer) -> None:
    server.options = server.options.model_copy(update={"structured": "ignored"})
    server.respond_with(
        lambda request: Answer(text=f"<json>{json.dumps(FITS)}</json>" if "<json>" in request.system else "Happy to help!")
    )
    model = chat_with(server)
    first = await model.complete([system("grade"), user("answer")], role="grader", schema=Verdict)
    second = await model.complete([system("grade"), user("answer")], role="grader", schema=Verdict)
    assert (first.error, second.error) == ("malformed", None)
    assert [call.request.format for call in server.calls] == ["json_schema", None, None]


async def test_detection_takes_one_small_call_where_everything_works(server: DevServer) -> None:
    abilities = await chat_with(server).detect()
    assert (abilities.structured, abilities.detected, len(server.calls)) == ("json_schema", True, 1)


async def test_a_400_about_something_else_takes_no_ability_away(server: DevServer) -> None:
    server.respond_with(lambda request: Answer(fault="400", message="messages: too many images"))
    model = chat_with(server)
    with pytest.raises(ModelFailure) as raised:
        await model.complete([user("answer")], role="grader", schema=Verdict)
    assert (raised.value.kind, len(server.calls), model.abilities.structured) == ("bad_request", 1, "json_schema")


async def test_a_model_that_takes_no_temperature_is_asked_without(server: DevServer) -> None:
    def picky(request: ChatRequest) -> Answer | str:
        return Answer(fault="400", message="Unsupported value: 'temperature'.") if "temperature" in request.body else "fine"

    server.respond_with(picky)
    model = chat_with(server, temperature=0.0)
    for _ in range(2):
        await model.complete([user("hello")], role="interviewer")
    assert ["temperature" in call.request.body for call in server.calls] == [True, False, False]


async def test_the_repair_shows_the_model_what_was_wrong(server: DevServer) -> None:
    answers = iter([Answer(data={"level": "middling"}), Answer(data=FITS)])
    server.respond_with(lambda request: next(answers))
    done = await chat_with(server).complete([system("grade"), user("answer")], role="grader", schema=Verdict)
    assert done.error == "wrong_schema"
    first, second = (call.request.messages for call in server.calls)
    assert second[: len(first)] == first, "the prefix stays, so that the server's cache serves it"
    assert "middling" in second[-2]["content"]
    assert "level" in second[-1]["content"]


async def test_the_repair_of_a_cut_off_answer_has_more_room(server: DevServer) -> None:
    long = {"level": "high", "note": "word " * 60}
    server.respond_with(lambda request: Answer(data=long))
    done = await chat_with(server, max_tokens=60).complete([user("answer")], role="grader", schema=Verdict)
    assert (done.error, [call.request.max_tokens for call in server.calls]) == ("truncated", [60, 120])


async def test_repairs_can_be_turned_off(server: DevServer) -> None:
    server.respond_with(lambda request: Answer(fault="malformed_json"))
    with pytest.raises(ModelFailure):
        await chat_with(server).complete([user("answer")], role="grader", schema=Verdict, repairs=0)
    assert len(server.calls) == 1


async def test_the_failure_names_no_field_value_and_no_allowed_value(server: DevServer) -> None:
    """Allowed values may be fact ids, and the model's words may be anything."""
    server.respond_with(lambda request: Answer(data={"level": "SECRET", "HIDDEN": 1}))
    with pytest.raises(ModelFailure) as raised:
        await chat_with(server).complete([user("answer")], role="facts", schema=Verdict)
    assert raised.value.line() == "wrong_schema: the model's reply does not fit the schema (extra_forbidden, literal_error)"


def walk(node: Any) -> list[dict[str, Any]]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [*([node] if isinstance(node, dict) else []), *(found for child in children for found in walk(child))]


def test_the_schema_on_the_wire_is_strict() -> None:
    schema = strict_schema(Verdict)
    assert "$ref" not in json.dumps(schema)
    objects = [node for node in walk(schema) if node.get("type") == "object"]
    assert len(objects) == 2
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
    assert not any("default" in node for node in walk(schema))


def test_a_field_named_like_a_keyword_survives() -> None:
    class Odd(BaseModel):
        title: str
        default: int

    assert list(strict_schema(Odd)["properties"]) == ["title", "default"]


def test_a_schema_that_refers_to_itself_is_refused() -> None:
    class Tree(BaseModel):
        children: "list[Tree]"

    with pytest.raises(ValueError, match="refers to itself"):
        strict_schema(Tree)


@pytest.mark.parametrize(
    "wrapping",
    [
        "{}",
        "```json\n{}\n```",
        "<json>{}</json>",
        "<think>maybe {{1}} or <json>no</json></think>\n{}",
        "Sure, here it is: {} Anything else?",
        "<json>```json\n{}\n```</json>",
    ],
)
def test_the_object_is_found_in_what_models_wrap_around_it(wrapping: str) -> None:
    text = wrapping.replace("{}", json.dumps(FITS))
    assert read(text, Verdict) == Verdict.model_validate(FITS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no object",
        "{",
        "[1, 2]",
        '{"level": "high"',
        '{"turn": NaN}',
        "{" * 100_000 + "}" * 100_000,
        '{"level": "low"} {"level": "high"}',
        '<json>{"level": "low"}</json> and <json>{"level": "high"}</json>',
    ],
)
def test_anything_else_is_malformed_or_does_not_fit(text: str) -> None:
    with pytest.raises(ModelFailure) as raised:
        read(text, Verdict)
    assert raised.value.kind in {"malformed", "wrong_schema"}


@given(st.text(max_size=200))
def test_reading_never_raises_anything_but_a_failure(text: str) -> None:
    for candidate in (text, f"<json>{text}</json>", f'{{"level": {text}}}'):
        try:
            value = read(candidate, Verdict)
        except ModelFailure:
            continue
        assert isinstance(value, Verdict)


@given(st.builds(Verdict, note=st.none() | st.text(), quotes=st.lists(st.builds(Quote), max_size=3)))
def test_what_was_written_is_read_back(verdict: Verdict) -> None:
    assert read(verdict.model_dump_json(), Verdict) == verdict
