"""Loading scenarios: the library is whole, and a broken or hostile file is one clear line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scenarios.catalog import find, library
from scenarios.loader import ScenarioError, library_ids, load, load_all
from tests.sample import document


def write(folder: Path, value: Any) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(value if isinstance(value, str) else yaml.safe_dump(value), encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


@pytest.mark.parametrize("scenario_id", library_ids())
def test_every_library_scenario_loads(scenario_id: str) -> None:
    assert find(scenario_id).scenario.id == scenario_id


def test_a_single_file_is_a_scenario_too(tmp_path: Path) -> None:
    assert load(write(tmp_path, document())).id == "sample"


def test_the_hash_depends_on_content_alone(tmp_path: Path) -> None:
    one = load(write(tmp_path, document())).sha256
    shuffled = dict(reversed(document().items()))
    assert load(write(tmp_path, shuffled)).sha256 == one
    changed = document()
    changed["facts"]["facts"][1]["text"] = "A parcel must be sorted within 91 seconds of arriving on the belt."
    assert load(write(tmp_path, changed)).sha256 != one


def test_a_wrong_type_names_file_and_field(tmp_path: Path) -> None:
    value = document()
    value["brief"]["minutes"] = "forty"
    assert "brief.minutes" in complaint(write(tmp_path, value))


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    value = document()
    value["brief"]["colour"] = "red"
    assert "brief.colour" in complaint(write(tmp_path, value))


def test_minutes_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    value = document()
    value["brief"]["phases"][0]["minutes"] = 6
    assert "add up to 21" in complaint(write(tmp_path, value))


def test_a_criterion_naming_an_unknown_fact_is_refused(tmp_path: Path) -> None:
    value = document()
    value["rubric"]["criteria"][0]["facts"] = ["nothing"]
    assert "nothing" in complaint(write(tmp_path, value))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "A", "-a", "a--b", "", "x" * 65])
def test_ids_can_not_be_used_as_paths(tmp_path: Path, name: str) -> None:
    value = document()
    value["brief"]["id"] = name
    assert "brief.id" in complaint(write(tmp_path, value))


def test_yaml_aliases_are_refused(tmp_path: Path) -> None:
    assert "aliases" in complaint(write(tmp_path, "a: &a [1]\nb: [*a, *a]\n"))


def test_a_cyclic_anchor_is_refused(tmp_path: Path) -> None:
    assert "aliases" in complaint(write(tmp_path, "brief: &b\n  again: *b\n"))


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert "nested" in complaint(write(tmp_path, "a: " + "[" * 500 + "]" * 500))


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    assert "larger than 2 MB" in complaint(write(tmp_path, "a: " + "x" * 3_000_000))


@pytest.mark.parametrize("text", ["", "just words", "[1, 2]", "a: [", "a: !!python/object/apply:os.system ['true']"])
def test_what_is_not_a_mapping_is_refused(tmp_path: Path, text: str) -> None:
    complaint(write(tmp_path, text))


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    assert "UTF-8" in complaint(path)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no scenario file"):
        find(str(tmp_path / "none.yaml"))


def test_an_unknown_id_lists_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match="food-delivery-eta"):
        find("no-such-thing")


def test_a_broken_scenario_does_not_break_the_others(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "brief.yaml").write_text("nonsense")
    cards, problems = library(tmp_path)
    assert {card.id for card in cards} == set(library_ids())
    assert len(problems) == 1
    assert isinstance(next(iter(load_all(tmp_path))), ScenarioError)
