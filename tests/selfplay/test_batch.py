"""A batch gives the same bytes however it is spread, survives kill -9, and keeps its failures."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from agents.settings import Settings
from evals.selfplay import (
    FAILURES,
    RECORDS,
    Progress,
    RayMissingError,
    RunError,
    Spread,
    manifest,
    ray_backend,
    read_failures,
    read_records,
    run_batch,
)
from evals.selfplay.journal import PARTIAL
from tests.selfplay.makers import LOG, UNCHANGED, broken_twice, deadly, job, pausing, sample_plan
from tests.signals import attended

SPREADS = [Spread(), Spread(concurrency=7), Spread(jobs=2, concurrency=2)]


@pytest.fixture(autouse=True)
def _code_stays_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's edit during the test is to change what a run is made with."""
    monkeypatch.setattr(manifest, "code_digest", lambda: UNCHANGED)


def files(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in run.iterdir()}


def test_records_manifest_and_failures_are_the_same_bytes_however_the_batch_is_spread(tmp_path: Path) -> None:
    plan = sample_plan(tmp_path, episodes=5)
    for number, spread in enumerate(SPREADS):
        summary = run_batch(tmp_path / f"run{number}", plan, spread, job=job(plan, pausing))
        assert summary.progress.done == len(plan.specs) == 10
    first, *others = (files(tmp_path / f"run{number}") for number in range(len(SPREADS)))
    assert len(first[RECORDS]) > 10_000
    assert all(other == first for other in others)


def test_records_stand_in_the_plan_s_order_and_differ_from_each_other(tmp_path: Path) -> None:
    plan = sample_plan(tmp_path)
    run_batch(tmp_path / "run", plan, Spread(concurrency=4), job=job(plan, pausing))
    records = list(read_records(tmp_path / "run"))
    assert [record.session_id for record in records] == [spec.session_id for spec in plan.specs]
    assert len({tuple(turn.text for turn in record.turns) for record in records}) == len(records)
    assert {record.settings["profile"] for record in records} == {"ic6", "gibberish"}
    assert all(record.ended.reason in {"finished", "time"} and record.scorecard for record in records)


def test_a_finished_batch_run_again_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = sample_plan(tmp_path)
    run_batch(tmp_path / "run", plan, job=job(plan))
    before = files(tmp_path / "run")
    monkeypatch.setenv(LOG, str(tmp_path / "begun"))
    summary = run_batch(tmp_path / "run", plan, job=job(plan))
    assert not (tmp_path / "begun").exists()
    assert files(tmp_path / "run") == before
    assert summary.progress.done == summary.progress.earlier == len(plan.specs)


RUN = """
import sys
from pathlib import Path
from evals.selfplay import Spread, manifest, run_batch
from tests.selfplay.makers import UNCHANGED, job, pausing, sample_plan

manifest.code_digest = lambda: UNCHANGED

if __name__ == "__main__":
    root = Path(sys.argv[1])
    plan = sample_plan(root, episodes=12)
    run_batch(root / "run", plan, Spread(jobs=int(sys.argv[2]), concurrency=2), job=job(plan, pausing))
"""


@pytest.mark.parametrize(("jobs", "kills"), [(1, (2, 9)), (2, (12,))])
def test_killed_outright_again_and_again_it_completes_exactly_what_is_missing(
    tmp_path: Path, jobs: int, kills: tuple[int, ...]
) -> None:
    script, begun, run = tmp_path / "run.py", tmp_path / "begun", tmp_path / "run"
    script.write_text(RUN, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path.cwd()), LOG: str(begun)}
    command = [sys.executable, str(script), str(tmp_path), str(jobs)]
    for wanted in kills:
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        wait_for(run / PARTIAL, run / RECORDS, wanted, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.1)
    kept = {record.session_id for record in read_records(run)}
    assert kills[-1] <= len(kept) < 24
    begun.unlink()
    subprocess.run(command, env=environment, check=True)
    assert (
        set(begun.read_text(encoding="utf-8").split())
        == {spec.session_id for spec in sample_plan(tmp_path, episodes=12).specs} - kept
    )
    plan = sample_plan(tmp_path, episodes=12)
    run_batch(tmp_path / "whole", plan, job=job(plan, pausing))
    assert files(run) == files(tmp_path / "whole")


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process_behind(tmp_path: Path) -> None:
    script, run = tmp_path / "run.py", tmp_path / "run"
    script.write_text(RUN, encoding="utf-8")
    process = subprocess.Popen(
        attended([sys.executable, str(script), str(tmp_path), "2"]),
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(run / PARTIAL, run / RECORDS, 3, process)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert 3 <= len(list(read_records(run))) < 24
    assert not (run / PARTIAL).exists()
    assert gone(process.pid), "a worker outlived the batch"


def test_failures_are_kept_with_their_cause_and_tried_again_only_when_asked(tmp_path: Path) -> None:
    plan, run = sample_plan(tmp_path, episodes=4, profiles=("ic4",)), tmp_path / "run"
    summary = run_batch(run, plan, Spread(concurrency=3), job=job(plan, broken_twice))
    assert (summary.progress.done, summary.progress.failed) == (2, 2)
    failures = list(read_failures(run))
    assert [failure.spec.episode for failure in failures] == [1, 3]
    assert failures[0].cause == "ConnectionError: no answer from the model in episode 1"
    assert failures[0].where.startswith("makers.py:")
    assert run_batch(run, plan, job=job(plan)).progress.failed == 2
    summary = run_batch(run, plan, Spread(retry_failed=True), job=job(plan))
    assert (summary.progress.done, summary.progress.failed) == (4, 0)
    assert (run / FAILURES).read_bytes() == b""
    run_batch(tmp_path / "whole", plan, job=job(plan))
    assert files(run) == files(tmp_path / "whole")


def test_an_episode_that_kills_its_process_is_given_up_and_costs_no_other(tmp_path: Path) -> None:
    plan, run = sample_plan(tmp_path, episodes=6, profiles=("ic4",)), tmp_path / "run"
    summary = run_batch(run, plan, Spread(jobs=2), job=job(plan, deadly))
    assert (summary.progress.done, summary.progress.failed) == (5, 1)
    (failure,) = read_failures(run)
    assert failure.spec.episode == 3
    assert "died" in failure.cause


def test_a_changed_setting_is_refused_and_the_difference_shown(tmp_path: Path) -> None:
    plan, run = sample_plan(tmp_path), tmp_path / "run"
    run_batch(run, plan, job=job(plan))
    before = files(run)
    shorter = plan.model_copy(update={"settings": Settings(minutes=10, simulated_clock=True), "seed": 2})
    with pytest.raises(RunError) as error:
        run_batch(run, shorter, job=job(shorter))
    assert "settings.minutes: 6.0 -> 10.0" in str(error.value)
    assert "seed: 1 -> 2" in str(error.value)
    assert "episodes" not in str(error.value)
    assert files(run) == before


def test_a_changed_scenario_is_refused_too(tmp_path: Path) -> None:
    plan = sample_plan(tmp_path)
    run_batch(tmp_path / "run", plan, job=job(plan))
    (seat,) = plan.seats
    changed = plan.model_copy(
        update={"seats": (seat.model_copy(update={"stamp": seat.stamp.model_copy(update={"sha256": "0" * 64})}),)}
    )
    with pytest.raises(RunError, match=r"scenarios\.sample"):
        run_batch(tmp_path / "run", changed, job=job(changed))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    plan = sample_plan(tmp_path)
    with pytest.raises(RunError, match="not empty"):
        run_batch(tmp_path, plan, job=job(plan))


def test_two_processes_do_not_share_a_folder(tmp_path: Path) -> None:
    plan, run = sample_plan(tmp_path), tmp_path / "run"
    caught: list[object] = []

    def report(_progress: Progress) -> None:
        if not caught:
            with pytest.raises(RunError, match="another process") as error:
                run_batch(run, plan, job=job(plan))
            caught.append(error)

    run_batch(run, plan, job=job(plan), report=report)
    assert caught


def test_progress_counts_rates_and_what_is_left(tmp_path: Path) -> None:
    plan = sample_plan(tmp_path, episodes=2)
    seen: list[Progress] = []
    run_batch(tmp_path / "run", plan, job=job(plan), report=seen.append)
    assert [progress.done for progress in seen] == [1, 2, 3, 4]
    assert all(progress.total == 4 and progress.episodes_per_second > 0 for progress in seen)
    assert seen[0].seconds_left
    assert seen[0].seconds_left > 0
    assert seen[-1].seconds_left == 0
    assert seen[-1].turns == sum(len(record.turns) for record in read_records(tmp_path / "run"))


def test_without_ray_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = sample_plan(tmp_path)
    monkeypatch.setattr(ray_backend, "import_module", _missing)
    with pytest.raises(RayMissingError, match=r"interview-loop\[ray\]"):
        run_batch(tmp_path / "run", plan, Spread(ray="auto"), job=job(plan))


def _missing(name: str) -> Any:
    raise ImportError(name)


def gone(group: int, seconds: float = 60) -> bool:
    """Whether every process of the group ends soon."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def wait_for(partial: Path, records: Path, lines: int, process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Wait until the run folder holds that many records."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        held = sum(path.read_bytes().count(b"\n") for path in (partial, records) if path.exists())
        if held >= lines:
            return
        assert process.poll() is None, "the batch ended before it could be killed"
        time.sleep(0.005)
    raise AssertionError("the batch made no progress")
