"""Outside data in the format of DESIGN.md section 8 is read, scored and measured."""

import json
from pathlib import Path

import pytest

from agents.encoder import packaged_encoder
from evals.leakage.labelled import DataError
from evals.leakage.outside import LeakScorer, OutsideCase, load_outside, outside_report, secrets_of

TASK = "Anna has 12 apples and gives away a third of them. How many are left?"
SOLUTION = "A third of 12 is 4. 12 - 4 = 8 apples are left."
CONTEXT = [{"speaker": "teacher", "text": TASK}, {"speaker": "student", "text": "I think she has 9 left."}]


def line(number: int, turn: str, label: str, **more: object) -> str:
    case = {"id": f"case-{number}", "context": CONTEXT, "turn": turn, "label": label, "hidden_solution": SOLUTION}
    return json.dumps(case | {"group": f"g{number % 3}"} | more)


LINES = [
    line(1, "Can you explain how you got that?", "no"),
    line(2, "A third of 12 is 4, so 12 - 4 is 8.", "yes"),
    line(3, "Good try. Look at the question once more.", "no"),
    line(4, "She gives away 4 apples, so 8 are left.", "yes", kind="fact"),
    line(5, "What do you need to find out first?", "no", context="", surprise=1),
    line(6, "Have you thought of isotonic regression?", "yes", hidden_solution=None, kind="approach",
         hidden_concepts=[{"name": "calibration", "wordings": ["isotonic regression"]}]),
]  # fmt: skip


def test_a_file_is_read_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(LINES) + "\n\n", encoding="utf-8")
    report = outside_report(load_outside(path), LeakScorer(packaged_encoder()))
    assert (report.n, report.leaks, report.groups) == (6, 3, 3)
    assert report.auroc.value == 1.0
    assert report.average_precision.value == 1.0
    assert report.fpr_at_90_recall.value == 0.0
    assert set(report.by_kind) == {"fact", "approach"}


def test_a_turn_with_nothing_hidden_scores_nothing() -> None:
    case = OutsideCase(id=1, turn="The answer is 8.", label="no")
    assert LeakScorer(packaged_encoder()).score(case.turn, case.transcript, secrets_of(case)) == 0.0


def test_cases_that_say_nothing_of_what_is_hidden_are_counted_and_left_out(tmp_path: Path) -> None:
    bare = line(7, "Try a smaller number first.", "yes", hidden_solution=None)
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join([*LINES, bare]), encoding="utf-8")
    report = outside_report(load_outside(path), LeakScorer(packaged_encoder()))
    assert (report.n, report.left_out, report.leaks) == (6, 1, 3)
    path.write_text("\n".join([bare, bare]), encoding="utf-8")
    with pytest.raises(DataError, match="none of the 2 cases has hidden_solution, hidden_facts or hidden_concepts"):
        outside_report(load_outside(path), LeakScorer(packaged_encoder()))


def test_what_the_student_said_is_not_given_away() -> None:
    scorer = LeakScorer(packaged_encoder())
    told = OutsideCase(id=1, turn="So 8 apples are left.", label="yes", hidden_solution=SOLUTION, context="I have no idea.")
    heard = told.model_copy(update={"context": "12 - 4 = 8, so 8 apples are left."})
    scores = [scorer.score(case.turn, case.transcript, secrets_of(case)) for case in (told, heard)]
    assert scores[0] > 0.5 > scores[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "line 1: not JSON"), ('{"id": 1, "turn": "x", "label": "maybe"}', "line 1: label"), ('{"id": 1}', "line 1: turn")],
)
def test_a_broken_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        load_outside(path)
