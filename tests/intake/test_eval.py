"""What the intake eval reports, and that the fitted weights belong to the code and notes that lie here."""

import hashlib
from pathlib import Path

import pytest

from agents.intake import Profile
from agents.intake.stance import CUES, artefact, direction
from evals.intake.cases import FITTING, Case, load
from evals.intake.score import Understood, report


def understood(gold: tuple[str, ...], found: tuple[str, ...]) -> Understood:
    case = Case(id="x", notes="", excluded=gold, avoid_outlier=False, areas=False, short_turns=False, level=None)
    return Understood(case=case, profile=Profile(excluded=found), excluded=found, milliseconds=1)


def test_precision_and_recall_count_problems_and_exact_counts_notes() -> None:
    found = report([understood(("a", "b"), ("a",)), understood(("c",), ("c", "d"))])
    assert (found.excluded_precision.value, found.excluded_precision.n) == (2 / 3, 3)
    assert (found.excluded_recall.value, found.excluded_recall.n) == (2 / 3, 3)
    assert (found.excluded_exact.value, found.excluded_exact.n) == (0, 2)
    assert [(miss.repeated, miss.left_out) for miss in found.misses] == [(("b",), ()), ((), ("d",))]


def test_nothing_to_count_gives_no_figure() -> None:
    assert report([understood((), ())]).excluded_recall.value is None


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_text('\n{"id": 3}\n')
    with pytest.raises(ValueError, match=r"notes\.jsonl: line 2"):
        load(file)


def test_the_weights_were_fitted_on_these_cues_and_notes() -> None:
    cases = [case for path in FITTING for case in load(path)]
    training = hashlib.sha256("\n".join(case.model_dump_json() for case in cases).encode()).hexdigest()
    assert artefact().training_sha256 == training, "run `python -m evals.intake.fit`"
    assert artefact().cues_sha256 == hashlib.sha256(CUES.read_bytes()).hexdigest(), "run `python -m evals.intake.fit`"


def test_no_weight_speaks_against_its_own_meaning() -> None:
    for question, fitted in (("excluded", artefact().excluded), ("avoided", artefact().avoided)):
        for name, weight in fitted.weights.items():
            sign = direction(question, name)  # type: ignore[arg-type]
            assert sign is None or weight * sign >= 0, name
