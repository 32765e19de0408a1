"""The reply cache gives back what was answered to exactly this question, and nothing else."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from agents.devserver import Answer, DevServer
from agents.model import ModelFailure, ReplyCache, user
from tests.model.conftest import chat_with


class Score(BaseModel):
    level: int


class StricterScore(BaseModel):
    level: int
    why: str


QUESTION = [user("grade this")]


async def test_the_second_time_costs_nothing(server: DevServer, tmp_path: Path) -> None:
    server.respond_with(lambda request: Answer(data={"level": 3}))
    first = await chat_with(server, cache=ReplyCache(tmp_path)).complete(QUESTION, role="grader", schema=Score)
    model = chat_with(server, cache=ReplyCache(tmp_path))
    second = await model.complete(QUESTION, role="grader", schema=Score)
    assert first.parsed == second.parsed == Score(level=3)
    assert (first.cached, second.cached) == (False, True)
    assert len(server.calls) == 1
    assert (second.usage.calls, second.usage.input_tokens, model.ledger.role("grader").cache_hits) == (0, 0, 1)


@pytest.mark.parametrize(
    "difference", [{"sample": 1}, {"temperature": 0.7}, {"max_tokens": 99}, {"schema": StricterScore}, {"schema": None}]
)
async def test_whatever_decides_the_reply_is_part_of_the_key(
    server: DevServer, tmp_path: Path, difference: dict[str, object]
) -> None:
    server.respond_with(lambda request: Answer(data={"level": 3, "why": "said so"}))
    model = chat_with(server, cache=ReplyCache(tmp_path))
    await model.complete(QUESTION, role="grader", schema=Score)
    await model.complete(QUESTION, **{"role": "grader", "schema": Score, **difference})  # type: ignore[arg-type]
    assert len(server.calls) == 2


async def test_another_model_or_prompt_asks_anew(server: DevServer, tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path)
    await chat_with(server, cache=cache).complete(QUESTION, role="grader")
    await chat_with(server, cache=cache, model="other").complete(QUESTION, role="grader")
    await chat_with(server, cache=cache).complete([user("grade that")], role="grader")
    assert len(server.calls) == 3


async def test_failures_are_not_kept(server: DevServer, tmp_path: Path) -> None:
    answers = iter([Answer(fault="refusal"), Answer(data={"level": 1})])
    server.respond_with(lambda request: next(answers))
    model = chat_with(server, cache=ReplyCache(tmp_path))
    with pytest.raises(ModelFailure):
        await model.complete(QUESTION, role="grader", schema=Score)
    assert (await model.complete(QUESTION, role="grader", schema=Score)).parsed == Score(level=1)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"text": 3}', b"\xff\xfe"])
async def test_a_damaged_file_counts_as_absent(server: DevServer, tmp_path: Path, damage: bytes) -> None:
    model = chat_with(server, cache=ReplyCache(tmp_path))
    await model.complete(QUESTION, role="grader")
    (kept,) = tmp_path.rglob("*.json")
    kept.write_bytes(damage)
    assert not (await model.complete(QUESTION, role="grader")).cached
    assert (await model.complete(QUESTION, role="grader")).cached


async def test_files_are_the_owners_alone(server: DevServer, tmp_path: Path) -> None:
    await chat_with(server, cache=ReplyCache(tmp_path / "replies")).complete(QUESTION, role="grader")
    (kept,) = tmp_path.rglob("*.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o077 == 0
