"""The eval over records: what it finds, what it skips, and that it can fail."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from agents.candidate import CandidateTurn
from agents.cast import Cast
from agents.encoder import SentenceEncoder
from agents.record import Record
from agents.settings import Settings
from evals.leakage.examine import Means, Options
from evals.leakage.html import page
from evals.leakage.labelled import DataError
from evals.leakage.leaky import OpenGuard
from evals.leakage.noninterference import MakeCast
from evals.leakage.replay import candidate_turns
from evals.leakage.run import allotted, evaluate, read_run
from evals.leakage.uplift import divergence
from scenarios.scenario import Scenario
from tests.leakage.conftest import NAME, SETTINGS, TURNS, cast, sit
from tests.noninterference.planted import fact_reading_router, leaky_interviewer, rubric_coverage
from tests.noninterference.worlds import QuickEncoder, scenario_of

ALL = Options(prefixes=1000)
NONE = Options(prefixes=0)
SOUND = Means(make_cast=cast, make_mind=None, make_encoder=QuickEncoder)


def open_leak(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    return replace(leaky_interviewer(scenario, settings, encoder), guard=OpenGuard())


def test_the_candidates_turns_are_read_off_the_record(record: Record) -> None:
    said = candidate_turns(record)
    assert [turn.text for turn in said][: len(TURNS)] == [turn.text for turn in TURNS]
    assert [turn.command for turn in said][: len(TURNS)] == [turn.command for turn in TURNS]


def test_a_sound_interview_is_reproduced_and_tells_nothing(record: Record) -> None:
    report = evaluate([record], ALL, SOUND)
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
    report = evaluate([leaky], ALL, SOUND._replace(make_cast=open_leak))
    assert report.noninterference is not None
    assert {one.where for one in report.noninterference.differences} == {"interviewer out"}
    assert (report.noninterference.leaks.value or 0) > 0.3
    assert (report.overall.fact.value or 0) > 0.5


@pytest.mark.parametrize(("planted", "where"), [(rubric_coverage, "coverage out"), (fact_reading_router, "router out")])
def test_what_reads_its_secrets_in_the_open_is_found_where_it_reads(planted: MakeCast, where: str) -> None:
    scenario = scenario_of(NAME)
    lines = [line for criterion in scenario.rubric.criteria for line in criterion.evidence][:4]
    said = tuple(CandidateTurn(text=line, seconds=5.0) for line in lines)
    leaky = sit(planted(scenario, SETTINGS, QuickEncoder()), turns=said)
    report = evaluate([leaky], ALL, SOUND._replace(make_cast=planted))
    assert report.noninterference is not None
    assert {one.where for one in report.noninterference.differences} == {where}


def test_a_record_that_these_roles_would_not_make_is_not_called_reproduced(record: Record) -> None:
    turns = list(record.turns)
    place = next(turn.index for turn in turns if turn.speaker == "interviewer" and "probe" in turn.acts)
    turns[place] = turns[place].model_copy(update={"text": "What else?"})
    report = evaluate([record.model_copy(update={"turns": tuple(turns)})], ALL, SOUND)
    assert report.noninterference is not None
    assert report.noninterference.reproduced.value == 0.0


def test_the_figures_do_not_depend_on_the_number_of_processes(record: Record) -> None:
    records = [record, sit(cast(scenario_of(NAME), SETTINGS, QuickEncoder()), episode=1)]
    options = Options(prefixes=5)
    alone, together = (evaluate(records, options, SOUND, jobs=jobs) for jobs in (1, 2))
    assert alone == together
    assert alone.noninterference is not None
    assert alone.noninterference.prefixes == 5


def test_ctrl_c_leaves_a_report_on_what_was_done(record: Record) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    report = evaluate([record] * 3, NONE, SOUND, on_done=stop)
    assert (report.interviews, report.not_reached) == (1, 2)
    assert "2 not reached" in page(report)


def test_prefixes_are_spread_evenly_and_none_is_lost() -> None:
    assert allotted([20, 20, 20], 6, Random(0)) == [2, 2, 2]
    assert allotted([1, 20, 20], 11, Random(0)) == [1, 5, 5]
    assert allotted([3, 4], 100, Random(0)) == [3, 4]
    assert allotted([], 100, Random(0)) == []
    uneven = allotted([20] * 7, 10, Random(3))
    assert sorted(uneven) == [1, 1, 1, 1, 2, 2, 2]
    assert uneven == allotted([20] * 7, 10, Random(3))


def test_an_interview_that_a_model_held_is_judged_but_not_replayed(record: Record) -> None:
    stamp = record.engine["interviewer"].model_copy(update={"model": "some-model"})
    report = evaluate([record.model_copy(update={"engine": record.engine | {"interviewer": stamp}})], ALL, SOUND)
    assert report.interviews == 1
    assert report.noninterference is None


def test_a_record_of_another_scenario_is_skipped_with_its_reason(record: Record) -> None:
    gone = record.model_copy(update={"scenario": record.scenario.model_copy(update={"id": "gone"})})
    changed = record.model_copy(update={"scenario": record.scenario.model_copy(update={"sha256": "0"})})
    report = evaluate([gone, changed], NONE, SOUND)
    assert report.interviews == 0
    assert report.overall.fact.value is None
    assert ["unknown scenario" in report.skipped[0].reason, "changed" in report.skipped[1].reason] == [True, True]


def test_the_page_is_self_contained_and_escapes_what_was_said(record: Record) -> None:
    turns = list(record.turns)
    last = max(turn.index for turn in turns if turn.speaker == "interviewer")
    turns[last] = turns[last].model_copy(update={"text": "<script>alert(1)</script> There are 80 reviewers."})
    hostile = record.model_copy(update={"turns": tuple(turns)})
    html = page(evaluate([hostile], NONE, SOUND))
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
