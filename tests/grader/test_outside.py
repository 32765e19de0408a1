"""Outside human-scored answers: the figures are held out, and better than length where meaning decides."""

import json
from pathlib import Path

import pytest

from evals.grading.outside import AnswerCase, OutsideError, load_cases, report
from tests.grader.small import encoder

TOPICS = ("a queue", "a stack", "a hash table", "a binary tree", "a graph", "a linked list")
GOOD = (
    "stores items so that the first one put in is the first taken out",
    "keeps items where the last one put in comes out first",
    "finds values by computing an index from the key",
    "holds nodes with at most two children each",
    "joins nodes by edges that may form cycles",
    "chains nodes where each points to the next one",
)


def cases(*, reference: bool = True) -> list[AnswerCase]:
    found = []
    for number, (topic, good) in enumerate(zip(TOPICS, GOOD, strict=True)):
        for k, (answer, score) in enumerate(
            (
                (f"It {good}.", 5),
                (f"{topic} {good}, I think", 5),
                (f"It {good} but I am not sure about it", 4),
                ("It is something in computing that people use a lot", 1),
                (f"What is {topic}?", 0),
                ("I don't know", 0),
            )
        ):
            found.append(
                AnswerCase(
                    id=f"{number}-{k}",
                    question=f"What is {topic}?",
                    reference=f"{topic} {good}." if reference else None,
                    answer=answer,
                    score=score,
                    score2=max(0, score - k % 2),
                    scale=(0, 5),
                )
            )
    return found


def test_meaning_beats_length_on_questions_not_seen() -> None:
    found = report(cases(), encoder())
    assert found.grouped_by == "question"
    assert found.qwk.value is not None
    assert found.qwk.value > (found.baselines["length_only"]["qwk"].value or 0)
    assert found.human["qwk"].n == len(cases())
    assert found.conformal_coverage.value is not None
    assert 0.75 <= found.conformal_coverage.value <= 1


def test_answers_without_reference_can_be_scored() -> None:
    found = report(cases(reference=False), encoder())
    assert found.references == "none"
    assert found.rmse.value is not None
    assert found.rmse.value < 0.5


def test_one_question_only_is_said_so() -> None:
    one = [case.model_copy(update={"question": "What is it?"}) for case in cases()]
    found = report(one, encoder())
    assert found.grouped_by == "none"
    assert any("one question" in note for note in found.notes)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"id": 1}',
        '{"id": 1, "answer": "a", "score": 9, "scale": [0, 5]}',
        '{"id": 1, "answer": "a", "score": 1, "scale": [5, 0]}',
    ],
)
def test_bad_lines_are_refused_by_number(tmp_path: Path, line: str) -> None:
    good = json.dumps({"id": 0, "question": "q", "answer": "a", "score": 1, "scale": [0, 5]})
    (tmp_path / "d.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(OutsideError, match="line 2"):
        load_cases(tmp_path / "d.jsonl")
