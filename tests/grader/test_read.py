"""Interviews held elsewhere are read in the forms people have them in, and refused with one clear line."""

import json
from pathlib import Path

import pytest

from evals.grading.dumps import grade_file
from evals.grading.read import Dump, DumpTurn, ReadError, match_scenario, read_dumps, to_interview
from scenarios.catalog import library
from tests.grader.small import encoder, grader, scenario

TURNS = [
    {"speaker": "interviewer", "text": "How would you design it?"},
    {"speaker": "candidate", "text": "I would start with the labels."},
]


def test_json_jsonl_and_lists_are_read(tmp_path: Path) -> None:
    document = {"id": "a", "problem": "find guns", "turns": TURNS}
    (tmp_path / "one.json").write_text(json.dumps(document))
    (tmp_path / "two.json").write_text(json.dumps([document, document]))
    (tmp_path / "many.jsonl").write_text(json.dumps(document) + "\n\n" + json.dumps(document) + "\n")
    assert len(read_dumps(tmp_path / "one.json")) == 1
    assert len(read_dumps(tmp_path / "two.json")) == 2
    assert len(read_dumps(tmp_path / "many.jsonl")) == 2


def test_a_record_of_ours_is_a_dump_too(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps({"session_id": "s", "scenario": {"id": "x", "sha256": "0"}, "turns": TURNS}))
    (dump,) = read_dumps(tmp_path / "r.json")
    assert dump.scenario == "x"


def test_markdown_and_speech_dumps_are_read(tmp_path: Path) -> None:
    text = (
        "# Firearms detection on marketplace\n\n**Interviewer:** Go ahead.\n[00:12] Candidate: I would ask\nabout review first.\n"
    )
    (tmp_path / "talk.md").write_text(text)
    (dump,) = read_dumps(tmp_path / "talk.md")
    assert dump.problem == "Firearms detection on marketplace"
    assert [turn.speaker for turn in dump.turns] == ["interviewer", "candidate"]
    assert dump.turns[1].text == "I would ask\nabout review first."


def test_text_without_labels_is_the_candidates(tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_text("so i would start with labels\n\nand then split by time")
    (dump,) = read_dumps(tmp_path / "raw.txt")
    assert [turn.speaker for turn in dump.turns] == ["candidate", "candidate"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.json", "{"),
        ("empty.md", ""),
        ("none.json", "{}"),
        ("who.json", '{"turns": [{"speaker": "dog", "text": "woof"}]}'),
        ("l.jsonl", "{}\n[1]"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ReadError, match=name.replace(".", r"\.")):
        read_dumps(tmp_path / name)


def test_the_scenario_is_found_by_name_and_by_wording_and_not_forced() -> None:
    briefs = {scenario().id: scenario().brief}
    turns = (DumpTurn(speaker="candidate", text="hello"),)
    named = match_scenario(Dump(scenario=scenario().id, turns=turns), briefs, encoder())
    assert named is not None
    assert named.how == "named"
    worded = match_scenario(Dump(problem="detect gun listings on an online marketplace", turns=turns), briefs, encoder())
    assert worded is not None
    assert worded.scenario == scenario().id
    assert match_scenario(Dump(problem="how to bake sourdough bread", turns=turns), briefs, encoder()) is None


def test_phases_and_areas_are_guessed_so_that_room_can_be_told() -> None:
    turns = (
        DumpTurn(speaker="interviewer", text="Please design it."),
        DumpTurn(
            speaker="interviewer",
            text="How would you measure quality before and after launch, and which experiments would you run?",
        ),
        DumpTurn(speaker="candidate", text="I would compare precision and recall offline and run an A/B test after launch."),
    )
    found = to_interview(Dump(turns=turns), scenario().brief, encoder())
    assert found.turns[1].area == "metrics"
    assert found.turns[2].phase == "evaluate"


def test_a_file_is_graded_and_says_what_it_could_not_assess(tmp_path: Path) -> None:
    line = " ".join(item.evidence[-1] for item in scenario().rubric.criteria if item.dimension == "data")
    turns = [TURNS[0], {"speaker": "candidate", "text": line}]
    items = [
        {"id": "one", "problem": "detect gun listings on a marketplace", "turns": turns},
        {"id": "two", "problem": "bake bread", "turns": turns},
    ]
    (tmp_path / "f.json").write_text(json.dumps(items))
    cards = [card for card in library()[0] if card.id == scenario().id]
    one, two = grade_file(tmp_path / "f.json", cards, encoder(), lambda _: grader())
    assert one.scorecard is not None
    assert one.not_assessed
    assert two.status == "not_graded"
    assert "--scenario" in two.notes[0]
