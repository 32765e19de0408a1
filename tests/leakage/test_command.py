"""`interview evals leakage` at the command line: outside data that can't be used, and a run that is examined."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.record import Record
from cli.main import app
from tests.leakage.test_outside import LINES, line

BARE = line(9, "Try a smaller number first.", "no", hidden_solution=None)


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["evals", "leakage", *args])


def test_cases_with_nothing_to_hold_the_turn_against_end_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(BARE, encoding="utf-8")
    done = run("--data", str(path))
    assert done.exit_code == 2
    assert "hidden_solution, hidden_facts or hidden_concepts" in " ".join(done.stderr.split())
    assert "auroc" not in done.stdout


def test_some_such_cases_are_counted_aloud(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join([*LINES, BARE]), encoding="utf-8")
    done = run("--data", str(path), "--json")
    assert done.exit_code == 0
    assert "1 of 7 cases left out" in " ".join(done.stderr.split())
    assert json.loads(done.stdout)["left_out"] == 1


def test_a_run_is_examined_and_written_down(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.leakage.labelled.TEST", tmp_path / "absent.jsonl")
    (tmp_path / "records.jsonl").write_text(record.model_dump_json() + "\n", encoding="utf-8")
    done = run(str(tmp_path), "--prefixes", "2", "--forks", "0", "--jobs", "1", "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["interviews"] == 1
    assert report["noninterference"]["prefixes"] == 2
    assert (tmp_path / "leakage" / "leakage.html").is_file()


def test_a_spoilt_record_is_named_by_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.leakage.labelled.TEST", tmp_path / "absent.jsonl")
    (tmp_path / "records.jsonl").write_text('{"session_id": 1}\n', encoding="utf-8")
    done = run(str(tmp_path))
    assert done.exit_code == 2
    assert "line 1" in done.stderr
