"""The real command line, end to end, on the embedded engine, with standard input from a pipe."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.record import Record

COMMAND = [sys.executable, "-m", "cli.main"]
NOTES = """I'm preparing for an ML system design interview (IC6).
- Problem navigation
    - latency requirements
- Data
    - labels
- Metrics:
    - business metrics
The problems that we already worked through previously:
- spotting gun sales on a marketplace
- let's try something that's not relient on outlier detection
Answer shorter.
"""
TURNS = """How many orders are there per day, and what is the latency budget?
I would start from a simple baseline: the historical mean per restaurant and distance, because it is robust and cheap.
is gradient boosting the right choice here?
\x1b[31mWhere\x1b[0m do the labels come from? [bold]now[/bold]

I'm done.
/end
"""


def run(*args: str, data: Path, stdin: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"INTERVIEW_DATA_DIR": str(data), "COLUMNS": "80"} | (env or {})
    return subprocess.run([*COMMAND, *args], input=stdin, capture_output=True, text=True, env=environment, timeout=120)


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    data = tmp_path_factory.mktemp("data")
    return data, run("practice", "--scenario", "food-delivery-eta", data=data, stdin=TURNS)


def test_an_interview_from_a_pipe_ends_with_its_debrief(sat: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = sat
    assert done.returncode == 0, done.stderr
    assert "System facts" in done.stdout
    assert "Debrief" in done.stdout
    assert done.stdout.index("Scores with evidence") < done.stdout.index("Reference answer")
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 80


def test_terminal_escapes_of_a_turn_never_reach_the_record(sat: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    data, done = sat
    record = next((data / "sessions").glob("*/record.json")).read_text()
    assert "\\u001b" not in record
    assert "[bold]now[/bold]" in record
    assert "\x1b" not in done.stdout


def test_every_quote_in_the_scorecard_is_verbatim_in_its_turn(sat: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    data, _ = sat
    record = Record.model_validate_json(next((data / "sessions").glob("*/record.json")).read_text())
    assert record.scorecard is not None
    quotes = [piece for score in record.scorecard.criteria for piece in score.evidence]
    assert quotes
    assert all(piece.quote in record.turns[piece.turn].text for piece in quotes)
    assert all(record.turns[piece.turn].speaker == "candidate" for piece in quotes)


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_the_debrief_can_be_reported_again(sat: tuple[Path, subprocess.CompletedProcess[str]], form: str, tmp_path: Path) -> None:
    data, _ = sat
    target = tmp_path / f"debrief.{form}"
    done = run("report", "--format", form, "--out", str(target), data=data)
    assert done.returncode == 0, done.stderr
    text = target.read_text()
    assert "Delivery time estimation" in text
    if form == "json":
        json.loads(text)
    if form == "html":
        assert "<script" not in text
        assert "http" not in text


def test_json_is_one_document_on_stdout(tmp_path: Path) -> None:
    done = run("practice", "--scenario", "food-delivery-eta", "--json", data=tmp_path, stdin="How many orders a day?\n/end\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema_version"] == 1


def test_pausing_and_resuming_carries_on_where_it_stopped(tmp_path: Path) -> None:
    first = run(
        "practice", "--scenario", "food-delivery-eta", data=tmp_path, stdin="I would begin with the customer promise.\n/pause\n"
    )
    assert "interview resume" in first.stdout
    second = run("resume", data=tmp_path, stdin="How many orders a day?\n/end\n")
    assert second.returncode == 0, second.stderr
    assert "Resuming" in second.stdout
    record = Record.model_validate_json(next((tmp_path / "sessions").glob("*/record.json")).read_text())
    said = [turn.text for turn in record.turns if turn.speaker == "candidate"]
    assert said == ["I would begin with the customer promise.", "How many orders a day?"]


def test_notes_choose_a_scenario_and_say_why(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text(NOTES)
    done = run("practice", "--notes", str(notes), "--save-notes", data=tmp_path, stdin="/end\n")
    assert done.returncode == 0, done.stderr
    assert "Avoided: outlier-detection" in done.stderr
    assert "not reliant on outlier detection" in " ".join(done.stderr.split())
    again = run("practice", data=tmp_path, stdin="/end\n")
    assert "not reliant on outlier detection" in " ".join(again.stderr.split())


BAD_NOTES: dict[str, bytes] = {"empty": b" \n", "binary": b"\x00\x01\x02" * 50, "huge": b"a" * 50_000_000, "latin": b"caf\xe9"}


@pytest.mark.parametrize("kind", sorted(BAD_NOTES))
def test_unusable_notes_are_one_clear_line(tmp_path: Path, kind: str) -> None:
    notes = tmp_path / kind
    notes.write_bytes(BAD_NOTES[kind])
    done = run("practice", "--notes", str(notes), data=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [
        ["practice", "--scenario", "no-such"],
        ["practice", "--level", "IC9"],
        ["practice", "--nonsense"],
        ["practice", "--minutes", "0"],
        ["practice", "--notes", "/no/such/file"],
        ["resume", "nothing"],
        ["report", "nothing"],
        ["frobnicate"],
    ],
    ids=" ".join,
)
def test_a_mistake_is_explained_without_a_traceback_and_exits_2(tmp_path: Path, args: list[str]) -> None:
    done = run(*args, data=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_an_unwritable_data_folder_is_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = run("practice", "--scenario", "food-delivery-eta", data=blocked / "below", stdin="/end\n")
    assert done.returncode == 2
    assert "--data-dir" in done.stderr


def test_a_turn_of_100000_characters_is_taken(tmp_path: Path) -> None:
    long: Any = "I would weigh the cost of being late against the cost of being early. " * 1430
    done = run("practice", "--scenario", "food-delivery-eta", data=tmp_path, stdin=f"{long}\n/end\n")
    assert done.returncode == 0, done.stderr
    record = Record.model_validate_json(next((tmp_path / "sessions").glob("*/record.json")).read_text())
    assert len(record.turns[1].text) > 99_000


@pytest.mark.parametrize("command", ["practice", "resume", "sessions", "report", "progress", "scenarios"])
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    done = run(command, "--help", data=tmp_path)
    assert done.returncode == 0
    assert "Usage" in done.stdout
