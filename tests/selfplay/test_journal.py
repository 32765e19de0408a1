"""The journal survives being killed at any byte."""

from pathlib import Path

import pytest

from agents.record import Record
from evals.selfplay import FAILURES, RECORDS, Failure, outcomes_of, read_failures, read_records
from evals.selfplay.batch import Spread
from evals.selfplay.journal import PARTIAL, Journal, cut_torn_line
from tests.selfplay.makers import job, sample_plan


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    plan = sample_plan(tmp_path_factory.mktemp("scenario"), profiles=("ic4",))
    records = list(outcomes_of(plan.specs, job(plan), Spread()))
    assert all(isinstance(record, Record) for record in records)
    return records  # type: ignore[return-value]


def test_cut_anywhere_the_journal_keeps_every_whole_line_and_goes_on(tmp_path: Path, made: list[Record]) -> None:
    with Journal(tmp_path) as journal:
        for record in made:
            journal.add(record)
    whole = (tmp_path / PARTIAL).read_bytes()
    ends = [position + 1 for position, byte in enumerate(whole) if byte == ord("\n")]
    for size in [0, 1, ends[0] - 1, ends[0], ends[0] + 1, ends[1] - 1, ends[1] + 100, len(whole) - 1]:
        (tmp_path / PARTIAL).write_bytes(whole[:size])
        kept = sum(end <= size for end in ends)
        with Journal(tmp_path) as journal:
            assert journal.finished == {record.session_id for record in made[:kept]}
            for record in made[kept:]:
                journal.add(record)
        assert (tmp_path / PARTIAL).read_bytes() == whole


def test_a_line_spoilt_in_the_middle_counts_as_not_there(tmp_path: Path, made: list[Record]) -> None:
    lines = [record.model_dump_json() for record in made]
    lines[1] = lines[1][: len(lines[1]) // 2]
    (tmp_path / RECORDS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Journal(tmp_path) as journal:
        assert journal.finished == {made[0].session_id, made[2].session_id}
        journal.add(made[1])
        journal.compact([record.session_id for record in made])
    assert list(read_records(tmp_path)) == made


def test_killed_between_compacting_and_tidying_nothing_is_doubled(tmp_path: Path, made: list[Record]) -> None:
    order = [record.session_id for record in made]
    with Journal(tmp_path) as journal:
        for record in reversed(made):
            journal.add(record)
        partial = (tmp_path / PARTIAL).read_bytes()
        journal.compact(order)
    compacted = (tmp_path / RECORDS).read_bytes()
    (tmp_path / PARTIAL).write_bytes(partial)
    (tmp_path / f".{RECORDS}.left").write_bytes(b"half of a fi")
    assert [record.session_id for record in read_records(tmp_path)] == order
    with Journal(tmp_path) as journal:
        journal.compact(order)
    assert (tmp_path / RECORDS).read_bytes() == compacted
    assert sorted(path.name for path in tmp_path.iterdir()) == [FAILURES, RECORDS]


def test_a_record_settles_the_failure_before_it(tmp_path: Path, made: list[Record]) -> None:
    record = made[0]
    plan = sample_plan(tmp_path, profiles=("ic4",))
    spec = next(spec for spec in plan.specs if spec.session_id == record.session_id)
    with Journal(tmp_path) as journal:
        journal.add(Failure(session_id=spec.session_id, spec=spec, cause="TimeoutError: slow", where="here"))
    with Journal(tmp_path) as journal:
        assert set(journal.failures) == {spec.session_id}
        journal.add(record)
        assert not journal.failures
        journal.compact([record.session_id])
    assert not list(read_failures(tmp_path))


@pytest.mark.parametrize(
    ("text", "left"), [("", ""), ("ab", ""), ("a\n", "a\n"), ("a\nb", "a\n"), ("a\n" + "b" * 200_000, "a\n")]
)
def test_only_what_follows_the_last_newline_is_cut(tmp_path: Path, text: str, left: str) -> None:
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8")
    cut_torn_line(path)
    assert path.read_text(encoding="utf-8") == left
