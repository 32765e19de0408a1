"""A calibration is used only for the grader it was made for, and named calibrated only with enough behind it."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from agents.grader import CalibrationArtifact, CalibrationError, EmbeddedGrader, load_calibration
from agents.grader.calibration import GroupMap, Knots
from agents.grader.model import FittedModel, packaged_model
from agents.record import Ended, Record, ScenarioStamp
from evals.calibration import calibrate, gate
from evals.calibration.maps import Rows, compare, correct, fit_groups
from evals.gold import GoldError, GoldInterview, Rating, compose, write_gold
from evals.labelling import LabelSession, between_raters, gather, read_labels, severity_removed
from tests.grader.small import bank, encoder, interview, scenario

CASES = tuple(compose(scenario(), bank()))[4:7]
SCENARIOS = {scenario().id: scenario()}


def rated(offset: int) -> tuple[GoldInterview, ...]:
    """Human gold by two raters, the second of whom gives `offset` levels less."""
    found = []
    for case in CASES:
        strict = {key: max(0, level - offset) for key, level in case.levels.items()}
        ratings = (Rating(rater="ann", levels=dict(case.levels)), Rating(rater="ben", levels=dict(strict)))
        found.append(case.model_copy(update={"origin": "human", "ratings": ratings}))
    return tuple(found)


def grade(artifact: CalibrationArtifact | Path | None, model: FittedModel | None = None) -> tuple[str, str | None]:
    whole = scenario()
    grader = EmbeddedGrader(whole.rubric, whole.reference, encoder(), target_level="IC6", calibration=artifact, model=model)
    card = asyncio.run(grader.grade(interview(("data", "Labels come from review, so the set is biased towards the rules."))))
    return card.calibration.status, card.calibration.id


def test_few_interviews_are_provisional_and_say_what_is_missing(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    write_gold(gold, CASES)
    artifact = calibrate(gold, SCENARIOS, encoder(), out=tmp_path / "cal.json")
    assert artifact.status == "provisional"
    assert "27 more interviews" in artifact.missing[0]
    assert {group.group for group in artifact.groups} <= {"pooled"}
    assert grade(tmp_path / "cal.json") == ("provisional", artifact.id)


def test_planted_interviews_alone_are_never_called_calibrated() -> None:
    many = tuple(case.model_copy(update={"id": f"{case.id}-{n}"}) for n in range(20) for case in CASES)
    status, missing = gate(many, between_raters(many))
    assert status == "provisional"
    assert "30 more interviews labelled by people" in missing[0]
    labelled = tuple(case.model_copy(update={"id": f"{case.id}-{n}"}) for n in range(20) for case in rated(0))
    assert gate(labelled, between_raters(labelled)) == ("calibrated", ())


def test_a_calibration_for_another_grader_is_never_used(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    write_gold(gold, CASES)
    artifact = calibrate(gold, SCENARIOS, encoder())
    fitted = packaged_model()
    assert fitted is not None
    other = fitted.model_copy(update={"temperature": fitted.temperature + 0.01})
    assert grade(artifact, other) == ("uncalibrated", artifact.id)
    assert grade(None) == ("uncalibrated", None)


def test_human_labels_need_two_raters_who_agree(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    alone = tuple(case.model_copy(update={"ratings": case.ratings[:1]}) for case in rated(0))
    write_gold(gold, alone)
    assert any("second rater" in line for line in calibrate(gold, SCENARIOS, encoder()).missing)


def test_files_that_are_no_gold_are_refused(tmp_path: Path) -> None:
    for name, content in (("none.jsonl", None), ("empty.jsonl", ""), ("bad.jsonl", "{}")):
        if content is not None:
            (tmp_path / name).write_text(content)
        with pytest.raises(GoldError, match=name.replace(".", r"\.")):
            calibrate(tmp_path / name, SCENARIOS, encoder())
    (tmp_path / "cal.json").write_text("{}")
    with pytest.raises(CalibrationError, match=r"cal\.json"):
        load_calibration(tmp_path / "cal.json")


def test_severity_is_found_and_taken_out() -> None:
    found = between_raters(rated(1))
    assert found.raters == 2
    assert found.severity["ben"] > 0.2 > -0.2 > found.severity["ann"]
    adjusted = tuple(severity_removed(rated(1)))
    assert all(0 <= level <= 4 for case in adjusted for level in case.levels.values())


def test_raters_who_agree_and_raters_who_do_not_are_told_apart() -> None:
    assert between_raters(rated(0)).alpha == pytest.approx(1)
    apart = between_raters(rated(3))
    assert (apart.alpha or 0) < 0.7
    assert apart.disagreements


def test_the_map_that_measures_best_mends_overconfidence() -> None:
    rng = np.random.default_rng(0)
    truth = rng.dirichlet(np.ones(5), 600)
    levels = np.array([rng.choice(5, p=row) for row in truth])
    sharp = truth**3 / (truth**3).sum(axis=1, keepdims=True)
    rows = Rows(sharp, levels.astype(float), np.array(["data"] * 600), np.arange(600) // 10)
    losses = compare(rows)
    assert min(losses, key=lambda name: losses[name]) != "none"
    fixed = correct(fit_groups(rows, "sigmoid"), rows)
    assert fixed.sum(axis=1) == pytest.approx(np.ones(600))


def test_a_map_keeps_probabilities_in_order() -> None:
    steep = Knots(given=(0, 0.5, 1), right=(0, 0.9, 1))
    flat = Knots(given=(0, 1), right=(0, 0.3))
    fixed = GroupMap(group="pooled", n=1, maps=(flat, steep, flat, steep)).apply(np.array([0.1, 0.2, 0.3, 0.2, 0.2]))
    assert (fixed >= 0).all()
    assert fixed.sum() == pytest.approx(1)


def record() -> Record:
    return Record(
        session_id="s1", scenario=ScenarioStamp(id=scenario().id, sha256=scenario().sha256), engine={}, settings={}, seed=1,
        started_at="2026-01-01T00:00:00Z", turns=CASES[0].turns, ended=Ended(reason="finished"),
    )  # fmt: skip


def test_labelling_is_blind_resumable_and_in_an_order_of_its_own(tmp_path: Path) -> None:
    store = tmp_path / "labels.jsonl"
    ann, ben = (LabelSession(record(), scenario().rubric, name, store) for name in ("ann", "ben"))
    assert [item.id for item in ann.order()] != [item.id for item in ben.order()]
    first = ann.pending()[0].id
    ann.add(first, 3)
    again = LabelSession(record(), scenario().rubric, "ann", store)
    assert first not in {item.id for item in again.pending()}
    assert len(ben.pending()) == len(scenario().rubric.criteria)
    assert all(not turn.acts and turn.area is None for turn in ann.transcript)


def test_a_later_answer_counts_and_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    store = tmp_path / "labels.jsonl"
    ann = LabelSession(record(), scenario().rubric, "ann", store)
    criterion = ann.pending()[0].id
    ann.add(criterion, 1)
    ann.add(criterion, 4)
    with store.open("a") as file:
        file.write('{"session_id": "s1", "ra')
    assert [label.level for label in read_labels(store)] == [4]
    with pytest.raises(ValueError, match="no criterion"):
        ann.add("nonsense", 1)


def test_labels_and_records_become_gold(tmp_path: Path) -> None:
    store = tmp_path / "labels.jsonl"
    for name, level in (("ann", 3), ("ben", 2)):
        session = LabelSession(record(), scenario().rubric, name, store)
        for item in session.pending()[:5]:
            session.add(item.id, level)
    (case,) = gather([record()], read_labels(store), SCENARIOS)
    assert case.origin == "human"
    assert len(case.ratings) == 2
    assert set(case.levels.values()) <= {2, 3}
