"""A Ray cluster gives the same records, and losing a node or a worker loses none (`make test-ray`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.selfplay import Progress, Spread, manifest, read_failures, read_records, run_batch
from tests.selfplay.makers import UNCHANGED, deadly, job, pausing, sample_plan

pytestmark = [pytest.mark.ray, pytest.mark.enable_socket, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(autouse=True)
def _code_stays_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "code_digest", lambda: UNCHANGED)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two nodes of one processor each on this machine."""
    ray: Any = pytest.importorskip("ray")

    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    nodes: Any = pytest.importorskip("ray.cluster_utils").Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    nodes.add_node(num_cpus=1)
    try:
        yield nodes
    finally:
        ray.shutdown()
        nodes.shutdown()


def test_two_nodes_give_the_records_of_one_process(tmp_path: Path, cluster: Any) -> None:
    plan = sample_plan(tmp_path, episodes=6)
    summary = run_batch(tmp_path / "ray", plan, Spread(ray=cluster.address, concurrency=2), job=job(plan, pausing))
    assert summary.progress.done == 12
    run_batch(tmp_path / "here", plan, job=job(plan, pausing))
    assert (tmp_path / "ray" / "records.jsonl").read_bytes() == (tmp_path / "here" / "records.jsonl").read_bytes()


def test_a_node_lost_in_the_middle_loses_no_finished_episode(tmp_path: Path, cluster: Any) -> None:
    plan = sample_plan(tmp_path, episodes=10)
    lost: list[Any] = []

    def report(progress: Progress) -> None:
        if progress.done == 4 and not lost:
            lost.append(cluster.list_all_nodes()[-1])
            cluster.remove_node(lost[0], allow_graceful=False)

    summary = run_batch(tmp_path / "ray", plan, Spread(ray=cluster.address), job=job(plan, pausing), report=report)
    assert lost
    assert (summary.progress.done, summary.progress.failed) == (20, 0)
    run_batch(tmp_path / "here", plan, job=job(plan, pausing))
    assert (tmp_path / "ray" / "records.jsonl").read_bytes() == (tmp_path / "here" / "records.jsonl").read_bytes()


def test_an_episode_that_kills_its_worker_is_given_up_and_costs_no_other(tmp_path: Path, cluster: Any) -> None:
    plan = sample_plan(tmp_path, episodes=5, profiles=("ic4",))
    run_batch(tmp_path / "ray", plan, Spread(ray=cluster.address), job=job(plan, deadly))
    assert len(list(read_records(tmp_path / "ray"))) == 4
    assert [failure.spec.episode for failure in read_failures(tmp_path / "ray")] == [3]
