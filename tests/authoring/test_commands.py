"""The commands: `new` writes what `lint`, `list` and `find` then use, and one broken scenario never spoils the others."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from cli.interrogate import ask_order
from cli.scenarios import app
from evals.authoring import Order, draft
from scenarios.catalog import find, library
from scenarios.loader import ScenarioError, library_ids, load, scenario_paths
from tests.authoring.test_drafts import NOTES, STATEMENT
from tests.sample import document

RUN = CliRunner()


def run(tmp_path: Path, *args: str) -> Result:
    return RUN.invoke(app, [*args, "--data-dir", str(tmp_path)])


def own(tmp_path: Path) -> Path:
    folder = tmp_path / "scenarios"
    folder.mkdir(exist_ok=True)
    return folder


def written(tmp_path: Path, *more: str) -> Result:
    (tmp_path / "problem.md").write_text(STATEMENT)
    (tmp_path / "notes.md").write_text(NOTES)
    return run(tmp_path, "new", "--from", str(tmp_path / "problem.md"), "--notes", str(tmp_path / "notes.md"), *more)


def save(path: Path, value: Any) -> None:
    path.write_text(value if isinstance(value, str) else yaml.safe_dump(value))


def test_new_writes_into_ones_own_folder_where_it_is_found(tmp_path: Path) -> None:
    done = written(tmp_path)
    assert done.exit_code == 0, done.output
    path = tmp_path / "scenarios" / "parcel-locker-allocation.yaml"
    assert find("parcel-locker-allocation", tmp_path / "scenarios").path == path
    assert "yaml-language-server: $schema=" in path.read_text().splitlines()[0]
    assert "parcel-locker-allocation" in {card.id for card in library(tmp_path / "scenarios")[0]}


def test_new_tells_machines_what_it_left_out(tmp_path: Path) -> None:
    done = written(tmp_path, "--json", "--split", "--out", str(tmp_path / "elsewhere"))
    told = json.loads(done.stdout)
    assert told["facts"] == 5
    assert told["left_out"] == ["labels", "I want to practise ranking"]
    assert load(Path(told["path"])).id == told["id"]


def test_new_refuses_to_write_twice(tmp_path: Path) -> None:
    written(tmp_path)
    assert isinstance(written(tmp_path).exception, ScenarioError)
    assert isinstance(written(tmp_path, "--split").exception, ScenarioError)


@pytest.mark.parametrize("extra", [["--id", "Bad Id"], ["--id", "food-delivery-eta"], ["--out", "other.yaml"]])
def test_new_refuses_what_would_not_be_found_again(tmp_path: Path, extra: list[str]) -> None:
    assert isinstance(written(tmp_path, *extra).exception, ScenarioError)


def test_new_without_a_terminal_asks_for_a_file(tmp_path: Path) -> None:
    refused = run(tmp_path, "new").exception
    assert isinstance(refused, ScenarioError)
    assert "--from" in str(refused)


def test_answers_at_the_prompt_make_a_draft() -> None:
    answers = {
        "Title": ["Lockers"],
        "The problem": ["Choose a locker for each parcel."],
        "Facts on data": ["Each scan is stored."],
    }

    def ask(text: str, default: str) -> str:
        waiting = next((lines for start, lines in answers.items() if text.startswith(start)), [])
        return waiting.pop() if waiting else default

    value = draft(Order.model_validate(ask_order(ask))).scenario
    assert value.id == "lockers"
    assert [(fact.topic, fact.text) for fact in value.facts.facts] == [("data", "Each scan is stored.")]


def test_lint_exits_with_the_severity_of_what_it_found(tmp_path: Path) -> None:
    value = document()
    save(own(tmp_path) / "sample.yaml", value)
    weak = run(tmp_path, "lint", "sample")
    value["brief"]["probes"][0]["text"] = "Great job! What next?"
    save(own(tmp_path) / "sample.yaml", value)
    wrong = run(tmp_path, "lint", "sample", "--json")
    assert "advice: " in weak.stdout
    assert wrong.exit_code == 1
    found = [row for row in json.loads(wrong.stdout)["findings"] if row["check"] == "house-rules"]
    assert found[0]["field"] == "brief.probes.probe-clarify-1"
    assert found[0]["file"].endswith("sample.yaml")


def test_lint_of_a_file_that_does_not_load_is_one_finding(tmp_path: Path) -> None:
    save(own(tmp_path) / "broken.yaml", "brief: [")
    done = run(tmp_path, "lint", "broken", "--json")
    assert done.exit_code == 1
    assert [row["check"] for row in json.loads(done.stdout)["findings"]] == ["schema"]


def test_lint_of_an_unknown_name_says_what_there_is(tmp_path: Path) -> None:
    refused = run(tmp_path, "lint", "no-such-thing").exception
    assert isinstance(refused, ScenarioError)
    assert "food-delivery-eta" in str(refused)


BROKEN = {
    "words": "nonsense",
    "date": "brief: 2026-13-45",
    "number": "brief: " + "9" * 5000,
    "empty": "",
    "unfinished": "brief: [",
}


def test_broken_files_never_spoil_the_others(tmp_path: Path) -> None:
    folder = own(tmp_path)
    save(folder / "sample.yaml", document())
    for name, text in BROKEN.items():
        save(folder / f"{name}.yaml", text)
    (folder / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    save(folder / "misnamed.yaml", document())
    half = document()
    del half["rubric"]
    half["brief"]["id"] = "half"
    save(folder / "half.yaml", half)
    cards, problems = library(folder)
    assert {card.id for card in cards} == {*library_ids(), "sample"}
    assert len(problems) == len(BROKEN) + 3
    assert find("sample", folder).scenario.id == "sample"
    assert run(tmp_path, "list").exit_code == 0


def test_folders_and_files_live_side_by_side(tmp_path: Path) -> None:
    folder = own(tmp_path)
    (folder / "sample").mkdir()
    for part, value in document().items():
        save(folder / "sample" / f"{part}.yaml", value)
    other = document()
    other["brief"]["id"] = "other"
    save(folder / "other.yml", other)
    (folder / "readme.txt").write_text("not a scenario")
    assert list(scenario_paths(folder)) == ["other", "sample"]
    assert {find(name, folder).scenario.id for name in ("other", "sample")} == {"other", "sample"}


def test_the_area_filter_keeps_scenarios_that_dwell_on_it(tmp_path: Path) -> None:
    kept = json.loads(run(tmp_path, "list", "--area", "metrics", "--json").stdout)["scenarios"]
    assert "recsys-metrics" in {row["id"] for row in kept}
    assert len(kept) < len(library_ids())
