"""Live sessions: nothing said is lost or taken twice, whatever happens to the process or the disk."""

import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from agents.settings import Settings
from graphs.session import open_session
from graphs.store import Said, SessionFolder, SessionMeta, StoreError
from tests.fakes import scripted_cast
from tests.graphs import kill_child
from tests.sample import SCENARIO

KILLS = 50


def new_folder(root: Path, minutes: float = 180) -> SessionFolder:
    meta = SessionMeta(
        session_id="s1",
        scenario="sample",
        scenario_path="sample.yaml",
        scenario_sha256=SCENARIO.sha256,
        settings=Settings(minutes=minutes),
        seed=0,
        started_at="2026-01-01T00:00:00+00:00",
    )
    return SessionFolder.create(root, meta)


async def say_all(folder: SessionFolder, lines: list[str]) -> list[str]:
    async with open_session(folder, scripted_cast(folder.meta().settings)) as session:
        await session.catch_up()
        for line in lines:
            await session.say(line, 1.0)
        return [turn.text for turn in session.transcript]


def start(folder: SessionFolder, lines: list[str]) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.graphs.kill_child"])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=kill_child.run, args=(folder.path, lines, there))
    process.start()
    there.close()
    return process, here


def test_fifty_kills_over_one_interview_lose_and_double_nothing(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    lines = [f"I would do thing number {number}." if number % 3 else f"How many of number {number}?" for number in range(150)]
    chance = random.Random(7)
    for _ in range(KILLS):
        process, told = start(folder, lines)
        assert told.recv() != "over", "the interview ended before it was killed often enough"
        time.sleep(chance.uniform(0.0, 0.06))
        process.kill()
        process.join()
        told.close()
    process, told = start(folder, lines)
    while told.recv() != "over":
        pass
    process.join()
    told.close()
    record = folder.record()
    assert [turn.text for turn in record.turns if turn.speaker == "candidate"] == lines
    assert [turn.index for turn in record.turns] == list(range(len(record.turns)))
    assert record.ended.reason == "finished"


async def test_a_turn_that_was_typed_but_not_yet_taken_is_taken_on_resume(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    await say_all(folder, ["I would begin."])
    folder.save_unsent(Said(turn=2, text="I would go on.", seconds=1.0))
    said = await say_all(folder, [])
    assert said.count("I would go on.") == 1
    assert (await say_all(folder, [])).count("I would go on.") == 1


async def test_a_corrupt_checkpoint_file_is_set_aside_and_rebuilt(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    before = await say_all(folder, ["I would begin.", "How many?"])
    folder.checkpoints.write_bytes(b"not a database" * 100)
    after = await say_all(folder, ["I would go on."])
    assert after[: len(before)] == before
    assert len(after) == len(before) + 2
    assert list(folder.path.glob("broken-*"))


async def test_old_checkpoints_are_dropped_so_that_the_file_stays_small(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    await say_all(folder, ["I would say something that is a little longer than usual. " * 10] * 60)
    assert sum(file.stat().st_size for file in folder.path.glob("checkpoints.sqlite*")) < 12_000_000


async def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    await say_all(folder, ["I would begin."])
    assert {oct(file.stat().st_mode & 0o777) for file in folder.path.iterdir()} == {"0o600"}


async def test_the_record_is_complete_after_every_turn(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    said = await say_all(folder, ["I would begin.", "How many?"])
    record = folder.record()
    assert [turn.text for turn in record.turns] == said
    assert record.ended.reason == "unfinished"
    assert record.turns[4].released_fact_ids == ("volume",)


def test_an_unwritable_folder_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(StoreError, match="--data-dir"):
        new_folder(file)


def test_a_corrupt_record_is_one_clear_line(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    folder.write("record.json", "{")
    with pytest.raises(StoreError, match="not a readable record"):
        folder.record()
