"""Asks for a reply of a given schema in each of three ways and reads it back, strictly."""

import copy
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.model.abilities import Structured
from agents.model.failure import ModelFailure
from agents.model.messages import Message

_THINKING = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json)?\s*(.*?)\s*```\Z", re.DOTALL)
_TAGGED = re.compile(r"<json>\s*(.*?)\s*</json>", re.DOTALL)
_DROPPED = frozenset({"title", "default", "discriminator", "minLength", "maxLength", "pattern", "format", "examples"})

TAGGED_WORDS = (
    "Answer with one JSON object between <json> and </json>, and write nothing after it. The object must fit this JSON Schema:\n"
)
OBJECT_WORDS = "Answer with one JSON object and nothing else. The object must fit this JSON Schema:\n"


@lru_cache(maxsize=1024)
def strict_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """The schema in the subset that strict servers take: references inlined, every property required, no others allowed.

    Constraints that this drops (lengths, patterns) are checked by pydantic when the reply is read.
    Raises `ValueError` for a schema that refers to itself. Kept, since making it costs more CPU time than the call that
    it goes with; so the result must not be changed.
    """
    source = schema.model_json_schema()
    inlined: dict[str, Any] = _inline(source, source.get("$defs", {}), ())
    return inlined


def _inline(node: Any, definitions: dict[str, Any], open_references: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_inline(item, definitions, open_references) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name in open_references:
            msg = f"schema {name} refers to itself"
            raise ValueError(msg)
        return _inline(definitions[name], definitions, (*open_references, name))
    return _strict(
        {key: _inner(key, value, definitions, open_references) for key, value in node.items() if key not in _DROPPED | {"$defs"}}
    )


def _inner(key: str, value: Any, definitions: dict[str, Any], open_references: tuple[str, ...]) -> Any:
    """Under `properties` the keys are names of fields, not keywords."""
    if key == "properties":
        return {name: _inline(field, definitions, open_references) for name, field in value.items()}
    return value if key in {"enum", "const", "required"} else _inline(value, definitions, open_references)


def _strict(node: dict[str, Any]) -> dict[str, Any]:
    node = copy.copy(node)
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "oneOf" in node:
        node["anyOf"] = node.pop("oneOf")
    if "properties" in node:
        node["required"] = list(node["properties"])
        node["additionalProperties"] = False
    return node


def response_format(schema: type[BaseModel], mode: Structured) -> dict[str, Any] | None:
    """The request field for this way of asking, None where the prompt alone asks."""
    if mode == "json_schema":
        return {"type": "json_schema", "json_schema": {"name": schema.__name__, "strict": True, "schema": strict_schema(schema)}}
    return {"type": "json_object"} if mode == "json_object" else None


def with_instruction(messages: Sequence[Message], schema: type[BaseModel], mode: Structured) -> tuple[Message, ...]:
    """The messages with the schema spelt out in the system message (the stable part) where no request field carries it."""
    if mode == "json_schema":
        return tuple(messages)
    words = (TAGGED_WORDS if mode == "tagged" else OBJECT_WORDS) + json.dumps(strict_schema(schema), ensure_ascii=False)
    first, *rest = messages if messages and messages[0].role == "system" else (Message(role="system", content=""), *messages)
    return (Message(role="system", content=f"{first.content}\n\n{words}".strip()), *rest)


def without_thinking(text: str) -> str:
    """The reply without the leading <think> block that some local models write into it."""
    return _THINKING.sub("", text).strip()


def read(text: str, schema: type[BaseModel]) -> BaseModel:
    """The one object in `text`, validated. Raises `ModelFailure` malformed or wrong_schema, whose message quotes no reply."""
    document = _only_document(without_thinking(text))
    try:
        value = json.loads(document, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ModelFailure("malformed", "the model's reply holds no readable JSON object") from None
    try:
        return schema.model_validate_json(json.dumps(value))
    except ValidationError as error:
        problems = ", ".join(sorted({item["type"] for item in error.errors(include_input=False, include_url=False)}))
        failure = ModelFailure("wrong_schema", f"the model's reply does not fit the schema ({problems})", detail=_problems(error))
    raise failure


def _only_document(text: str) -> str:
    """The part of a reply that is its JSON: a single tagged block, a fenced block, the whole, or the one object within prose."""
    tagged = _TAGGED.findall(text)
    if len(tagged) > 1:
        raise ModelFailure("malformed", "the model's reply holds more than one tagged object")
    if tagged:
        text = tagged[0]
    fence = _FENCE.match(text)
    if fence:
        text = fence[1]
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _no_constant(name: str) -> float:
    """NaN and Infinity are not JSON."""
    raise ValueError(name)


def _problems(error: ValidationError) -> str:
    """Where and what, for the model's second try."""
    items = error.errors(include_input=False, include_url=False)[:5]
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'the object'}: {item['msg']}" for item in items)
