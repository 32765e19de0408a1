"""The manifest notices every file that an interview runs on."""

from pathlib import Path

import pytest

from evals.selfplay import manifest
from evals.selfplay.manifest import code_digest, differences, manifest_of
from tests.selfplay.makers import job, sample_plan


def test_any_changed_file_of_code_or_data_changes_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "SOURCES", {"agents": tmp_path})
    digests = []
    for name, text in [
        ("a.py", "1"),
        ("a.py", "2"),
        ("prompt.md", "x"),
        ("b/c.yaml", "x"),
        ("b/d.yaml", "x"),
        ("notes.txt", "x"),
    ]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        digests.append(code_digest.__wrapped__())
    assert len(set(digests[:5])) == 5
    assert digests[5] == digests[4]


def test_the_manifest_names_no_path_and_no_time_so_that_it_can_be_compared(tmp_path: Path) -> None:
    plan = sample_plan(tmp_path)
    text = manifest_of(plan, job(plan)).model_dump_json()
    assert str(tmp_path) not in text
    assert str(Path.cwd()) not in text
    assert manifest_of(plan, job(plan)).model_dump_json() == text


def test_differences_are_shown_value_by_value(tmp_path: Path) -> None:
    one, other = (sample_plan(tmp_path, episodes=n, profiles=names) for n, names in [(1, ("ic4",)), (2, ("ic4", "ic6"))])
    shown = differences(manifest_of(one, job(one)), manifest_of(other, job(other)))
    assert [line.split(":")[0] for line in shown] == ["episodes", "profiles.ic6"]
    assert shown[0] == "episodes: 1 -> 2"
    assert shown[1].startswith("profiles.ic6: absent -> ")
