"""Material and profiles are data, checked on reading; a scenario that nobody wrote for gets general statements."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from agents.candidate import Profile, find_profile, load_material, load_profiles
from agents.candidate.material import FOLDER, GENERIC, Material, read_material
from agents.candidate.memory import first_sentence
from scenarios.loader import LIBRARY, ScenarioError, library_ids, load
from scenarios.names import LEVELS
from tests.candidate.people import MATERIAL

FILES = sorted(FOLDER.glob("*.yaml"))


def test_a_scenario_without_material_gets_general_statements_that_name_no_concept() -> None:
    material = load_material("nobody-wrote-this")
    assert material.scenario == GENERIC
    assert all(not point.concepts for point in material.points)
    assert {point.area for point in material.points} == {"navigation", "data", "features", "modelling", "metrics"}


def test_a_file_of_the_scenario_s_own_is_preferred(tmp_path: Path) -> None:
    write(tmp_path / "sample.yaml", MATERIAL.model_dump(mode="json"))
    assert load_material("sample", tmp_path) == MATERIAL


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("scenario", "other", "make them the same"),
        ("points", [], "points"),
        ("author", None, "author"),
        ("extra", 1, "extra"),
    ],
)
def test_a_broken_file_is_refused_in_one_line_that_names_it(tmp_path: Path, field: str, value: object, told: str) -> None:
    path = tmp_path / "sample.yaml"
    write(path, MATERIAL.model_dump(mode="json") | {field: value})
    with pytest.raises(ScenarioError) as error:
        read_material(path)
    assert str(path) in str(error.value)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_point_that_lacks_a_level_or_shares_an_id_is_refused() -> None:
    document = MATERIAL.model_dump(mode="json")
    del document["points"][0]["says"]["IC5"]
    with pytest.raises(ValidationError, match="IC5"):
        Material.model_validate(document)
    document = MATERIAL.model_dump(mode="json")
    document["points"].append(document["points"][0])
    with pytest.raises(ValidationError, match="twice"):
        Material.model_validate(document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_material_is_readable_and_its_points_can_be_told_apart(path: Path) -> None:
    material = read_material(path)
    openings = [first_sentence(text) for point in material.points for text in dict.fromkeys(point.wordings)]
    assert len(set(openings)) == len(openings)
    assert all(point.wording("IC7") for point in material.points)


@pytest.mark.parametrize("path", [path for path in FILES if path.stem in library_ids()], ids=lambda path: path.stem)
def test_shipped_material_knows_only_concepts_and_areas_of_its_scenario(path: Path) -> None:
    material, scenario = read_material(path), load(LIBRARY / path.stem)
    concepts = {concept.id for concept in scenario.reference.concepts}
    assert {concept for point in material.points for concept in point.concepts} <= concepts
    assert {point.area for point in material.points} | {ask.area for ask in material.asks} <= {
        area.id for area in scenario.brief.areas
    }
    assert len(material.points) >= 16


def test_at_least_sixteen_profiles_ship_with_the_four_plain_ones() -> None:
    profiles = load_profiles()
    assert len(profiles) >= 16
    for level in LEVELS:
        plain = profiles[level.lower()]
        assert set(plain.skill.values()) == {level}
        assert not plain.whims
        assert not plain.flourishes


def test_every_habit_is_some_profile_s() -> None:
    profiles = load_profiles().values()
    assert {whim for profile in profiles for whim in profile.whims} == {
        "silent", "gibberish", "copy", "foreign", "inject", "fish", "hint_command",
    }  # fmt: skip
    assert {extra for profile in profiles for extra in profile.flourishes} == {"flatter", "contradict", "fish_after"}
    assert {profile.delivery for profile in profiles} == {"plain", "terse", "verbose", "rambling"}
    assert any(profile.jumps_to for profile in profiles)
    assert any("metrics" in profile.forgets for profile in profiles)
    assert any(len(set(profile.skill.values())) > 2 for profile in profiles)


def test_an_unknown_profile_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="ic6"):
        find_profile("genius")


@pytest.mark.parametrize(
    "changes", [{"skill": {"data": "IC6"}}, {"skill": "IC9"}, {"whims": {"silent": 0.7, "copy": 0.6}}, {"humour": 1}]
)
def test_a_profile_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate(find_profile("ic6").model_dump() | changes)


def write(path: Path, document: object) -> None:
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
