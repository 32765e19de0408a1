"""The eval over records: what it finds, what it skips, and that it can fail."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.cast import Cast
from agents.encoder import SentenceEncoder
from agents.record import Record
from agents.settings import Settings
from evals.leakage.html import page
from evals.leakage.labelled import DataError
from evals.leakage.leaky import OpenGuard
from evals.leakage.replay import candidate_turns
from evals.leakage.run import Options, evaluate, read_run
from evals.leakage.uplift import divergence
from scenarios.scenario import Scenario
from tests.leakage.conftest import NAME, SETTINGS, TURNS, cast, sit
from tests.noninterference.planted import leaky_interviewer
from tests.noninterference.worlds import QuickEncoder, scenario_of

ALL = Options(prefixes=1000)


def open_leak(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    return replace(leaky_interviewer(scenario, settings, encoder), guard=OpenGuard())


def test_the_candidates_turns_are_read_off_the_record(record: Record) -> None:
    said = candidate_turns(record)
    assert [turn.text for turn in said][: len(TURNS)] == [turn.text for turn in TURNS]
    assert [turn.command for turn in said][: len(TURNS)] == [turn.command for turn in TURNS]


def test_a_sound_interview_is_reproduced_and_tells_nothing(record: Record) -> None:
    report = evaluate([record], QuickEncoder(), ALL, make_cast=cast)
    assert report.interviews == 1
    assert report.noninterference is not None
    assert report.noninterference.reproduced.value == 1.0
    assert report.noninterference.prefixes >= len(TURNS)
    assert report.noninterference.differences == ()
    assert report.noninterference.channels.facts_replies == 2
    assert report.noninterference.channels.hints == 1
    assert report.overall.fact.n > 0


def test_an_interviewer_that_reads_the_facts_fails_both_checks() -> None:
    leaky = sit(open_leak(scenario_of(NAME), SETTINGS, QuickEncoder()))
    report = evaluate([leaky], QuickEncoder(), ALL, make_cast=open_leak)
    assert report.noninterference is not None
    assert {one.where for one in report.noninterference.differences} == {"interviewer out"}
    assert (report.noninterference.leaks.value or 0) > 0.3
    assert (report.overall.fact.value or 0) > 0.5


def test_a_record_of_another_scenario_is_skipped_with_its_reason(record: Record) -> None:
    gone = record.model_copy(update={"scenario": record.scenario.model_copy(update={"id": "gone"})})
    changed = record.model_copy(update={"scenario": record.scenario.model_copy(update={"sha256": "0"})})
    report = evaluate([gone, changed], QuickEncoder(), Options(prefixes=0), make_cast=cast)
    assert report.interviews == 0
    assert report.overall.fact.value is None
    assert ["unknown scenario" in report.skipped[0].reason, "changed" in report.skipped[1].reason] == [True, True]


def test_the_page_is_self_contained_and_escapes_what_was_said(record: Record) -> None:
    turns = list(record.turns)
    last = max(turn.index for turn in turns if turn.speaker == "interviewer")
    turns[last] = turns[last].model_copy(update={"text": "<script>alert(1)</script> There are 80 reviewers."})
    hostile = record.model_copy(update={"turns": tuple(turns)})
    html = page(evaluate([hostile], QuickEncoder(), Options(prefixes=0), make_cast=cast))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "http" not in html.replace("http-equiv", "")
    assert "data:image/png;base64," in html


def test_a_run_folder_without_records_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be read"):
        list(read_run(tmp_path))
    (tmp_path / "records.jsonl").write_text('{"session_id": 1}\n', encoding="utf-8")
    with pytest.raises(DataError, match="line 1"):
        list(read_run(tmp_path))


def test_no_change_in_probability_is_no_bit_and_certainty_is_not_infinite() -> None:
    assert divergence(0.3, 0.3) == 0
    assert 0 < divergence(1.0, 0.0) < 20
