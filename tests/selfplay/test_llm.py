"""A batch on the llm engine: the same graph and files, tokens counted, a dead server kept as failures that can be retried."""

import socket
from pathlib import Path

import pytest

from agents.devserver import Options, serving
from agents.settings import Settings
from benchmarks.scripted_model import ScriptedModel
from evals.selfplay import Plan, Spread, job_of, manifest, read_failures, read_records, run_batch
from tests.selfplay.makers import UNCHANGED, sample_plan


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "code_digest", lambda: UNCHANGED)
    for name in ("INTERVIEW_MODEL", "INTERVIEW_BASE_URL", "OPENAI_BASE_URL", "INTERVIEW_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")


def llm_plan(root: Path, base_url: str) -> Plan:
    settings = Settings(engine="llm", model="dev", base_url=base_url, minutes=4, simulated_clock=True)
    return sample_plan(root, episodes=3, profiles=("ic5",)).model_copy(update={"settings": settings})


def test_interviews_with_a_model_are_run_counted_and_stamped(tmp_path: Path) -> None:
    with serving(Options(), ScriptedModel()) as server:
        plan = llm_plan(tmp_path, server.base_url)
        summary = run_batch(tmp_path / "run", plan, Spread(concurrency=3), job=job_of(plan))
    assert (summary.progress.done, summary.progress.failed) == (3, 0), list(read_failures(tmp_path / "run"))
    assert summary.progress.input_tokens > 0
    assert summary.progress.output_tokens > 0
    for record in read_records(tmp_path / "run"):
        assert record.engine["candidate"].implementation.startswith("llm/1")
        assert record.engine["candidate"].model == "dev"
        assert record.engine["interviewer"].implementation.startswith("llm/1")
        assert record.engine["guard"].implementation == "embedded/1"
    assert "sk-test" not in (tmp_path / "run" / "records.jsonl").read_text() + (tmp_path / "run" / "manifest.json").read_text()


def test_a_server_that_is_gone_gives_failures_that_can_be_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = tmp_path / "model.yaml"
    quick.write_text("max_retries: 0\n", encoding="utf-8")
    monkeypatch.setenv("INTERVIEW_MODEL_FILE", str(quick))
    plan, run = llm_plan(tmp_path, f"http://127.0.0.1:{free_port()}/v1"), tmp_path / "run"
    assert run_batch(run, plan).progress.failed == 3
    assert all(failure.cause.startswith("ModelFailure: ") for failure in read_failures(run))
    assert "sk-test" not in (run / "failures.jsonl").read_text()
    again = run_batch(run, plan, Spread(retry_failed=True))
    assert (again.progress.done, again.progress.failed) == (0, 3)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
