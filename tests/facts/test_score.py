"""Figures count what they say they count."""

import json
from pathlib import Path

import pytest

from agents.facts import Outcome
from evals.facts.cases import load_outside
from evals.facts.figure import draw
from evals.facts.run import run_outside
from evals.facts.score import Blocks, Result, curve, outside, path, rows
from tests.facts.sheets import outside_cases

NAMES = {
    "n",
    "answerable",
    "unanswerable",
    "top1",
    "f1_answerable",
    "over_disclosure",
    "under_disclosure",
    "refusal_recall",
    "false_refusal",
    "auroc",
}


def result(
    number: int,
    gold: tuple[str, ...],
    released: tuple[str, ...],
    outcome: Outcome = "answered",
    score: float = 0.5,
    pair: str = "",
    kind: str = "plain",
) -> Result:
    return Result(
        id=str(number),
        block=f"s{number % 3}",
        kind=kind,
        pair=pair,
        question="q",
        gold=gold,
        released=released,
        outcomes=(outcome,),
        score=score,
        likeliest=(released or gold or ("x",))[0],
    )


RESULTS = [
    result(0, ("a",), ("a",), score=0.9),
    result(1, ("a",), ("b",), score=0.8),
    result(2, ("a", "b"), ("a",), score=0.9),
    result(3, ("a",), (), "not_specified", score=0.2),
    result(4, ("a",), (), "be_specific", score=0.5),
    result(5, (), (), "not_specified", score=0.1),
    result(6, (), ("a",), score=0.7),
    result(7, (), (), "be_specific", score=0.4),
]


def test_shares_are_counted_over_the_right_cases() -> None:
    figures = path(RESULTS).overall
    assert figures.relevance.value == pytest.approx(2 / 4)
    assert figures.over_disclosure.value == pytest.approx(2 / 8)
    assert figures.under_disclosure.value == pytest.approx(3 / 5)
    assert figures.refusal_recall.value == pytest.approx(1 / 2)
    assert figures.false_refusal.value == pytest.approx(1 / 5)
    assert figures.clarification.value == pytest.approx(2 / 8)
    assert figures.complete.value == pytest.approx(1 / 5)


def test_outside_figures_have_the_agreed_names_and_intervals() -> None:
    figures = outside(Blocks(RESULTS))
    assert set(type(figures).model_fields) == NAMES
    assert (figures.n, figures.answerable, figures.unanswerable) == (8, 5, 3)
    assert figures.f1_answerable.value == pytest.approx((1 + 2 / 3) / 5)
    assert figures.auroc.value == pytest.approx(12 / 15)
    assert figures.auroc.interval is not None
    assert figures.over_disclosure.interval is not None


def test_a_pair_counts_only_if_both_halves_are_right() -> None:
    pairs = [
        result(0, ("a",), ("a",), pair="p"),
        result(3, ("b",), ("b",), pair="p"),
        result(1, ("a",), ("a",), pair="p"),
        result(4, ("b",), ("a",), pair="p"),
    ]
    assert path(pairs).minimal_pairs.value == pytest.approx(1 / 2)


def test_figures_without_cases_are_unknown_not_perfect() -> None:
    figures = path([result(0, ("a",), ("a",))])
    assert figures.overall.refusal_recall.value is None
    assert figures.auroc.value is None
    assert figures.minimal_pairs.value is None


def test_hostile_questions_are_counted_apart() -> None:
    figures = path(
        [result(0, ("a",), ("a",)), result(1, (), ("a",), kind="hostile"), result(2, (), (), "not_a_fact", kind="opinion")]
    )
    assert figures.overall.n == 1
    assert figures.released_on_not_a_fact.value == pytest.approx(1 / 2)


def test_a_table_has_one_row_a_tally(tmp_path: Path) -> None:
    found = path(RESULTS)
    table = rows({"overall": found.overall})
    assert len(table) == 2
    assert len(table[0]) == len(table[1])
    assert draw({"all": curve(RESULTS)}, tmp_path / "curve.png").stat().st_size > 1000


def test_outside_cases_are_scored_with_and_without_sheet_ids(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [case.model_dump(mode="json", exclude_none=True) for case in outside_cases()]
    for number, case in enumerate(cases):
        if number % 2:
            del case["sheet_id"]
    file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    report = run_outside(file)
    assert (report.n, report.answerable, report.unanswerable) == (21, 15, 6)
    assert report.fitted is None
    assert report.top1.value is not None
    assert report.top1.value >= 0.8


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        '{"id": 1, "facts": ["a"], "question": "q", "gold": []}\n{"id": 2, "facts": ["a"], "question": "q", "gold": [3]}\n',
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=r"line 2: .*gold names fact 3"):
        load_outside(file)


def test_other_peoples_extra_fields_do_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        '{"id": "x", "facts": ["a"], "asks": [[]], "question": "q", "gold": [0], "source": "elsewhere"}\n', encoding="utf-8"
    )
    assert load_outside(file)[0].gold == (0,)


def test_each_scenario_has_figures_of_its_own() -> None:
    found = path(RESULTS)
    assert set(found.by_scenario) == {"s0", "s1", "s2"}
    assert sum(item.n for item in found.by_scenario.values()) == found.overall.n
    assert found.by_scenario["s0"].under_disclosure.n == sum(bool(r.gold) for r in RESULTS if r.block == "s0")
