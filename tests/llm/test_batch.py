"""A batch on the llm engine: a failing server loses nothing, and what fails is recorded while the rest goes on."""

from pathlib import Path

import pytest
import yaml

from agents.devserver import Answer, ChatRequest, DevServer, Options, serving
from agents.settings import Settings
from benchmarks.scripted_model import ScriptedModel, role_of
from evals.selfplay import Plan, Spread, read_failures, read_records, run_batch, seats_of
from evals.selfplay.llm import llm_job
from tests.llm.conftest import KEY, llm_settings
from tests.sample import document


@pytest.fixture
def plan_for(tmp_path: Path) -> object:
    path = tmp_path / "sample.yaml"
    path.write_text(yaml.safe_dump(document()))

    def make(settings: Settings, episodes: int) -> Plan:
        return Plan(seats=seats_of((str(path),)), profiles=("ic6",), episodes=episodes, seed=1, settings=settings)

    return make


def settings_for(server: DevServer) -> Settings:
    return llm_settings(server, max_turns=12)


def test_nothing_is_lost_when_a_fifth_of_the_calls_fail(
    plan_for: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tmp_path / "model.yaml"
    quick.write_text("backoff_s: 0.002\nmax_wait_s: 1\n")
    monkeypatch.setenv("INTERVIEW_MODEL_FILE", str(quick))
    with serving(Options(fail=0.2, seed=5), ScriptedModel()) as server:
        plan = plan_for(settings_for(server), 16)  # type: ignore[operator]
        summary = run_batch(tmp_path / "run", plan, Spread(concurrency=8), job=llm_job(plan))
        failed = sum(call.fault is not None for call in server.calls) / len(server.calls)
    assert 0.12 < failed < 0.28
    assert (summary.progress.done, summary.progress.failed) == (16, 0)
    records = list(read_records(tmp_path / "run"))
    assert all(record.scorecard is not None for record in records)
    assert {score.status for record in records if record.scorecard for score in record.scorecard.criteria} <= {
        "scored",
        "not_assessed",
    }


def test_a_failure_is_recorded_without_secrets_and_the_rest_goes_on(plan_for: object, tmp_path: Path) -> None:
    def respond(request: ChatRequest) -> Answer:
        if role_of(request) == "candidate" and "step 4 next" in request.last_user and request.index % 2:
            return Answer(fault="401")
        return ScriptedModel()(request)

    with serving(Options(), respond) as server:
        plan = plan_for(settings_for(server), 6)  # type: ignore[operator]
        summary = run_batch(tmp_path / "run", plan, Spread(concurrency=3), job=llm_job(plan))
        failures = list(read_failures(tmp_path / "run"))
        assert 0 < summary.progress.failed < 6
        assert len(failures) == summary.progress.failed
        assert all("answered 401" in failure.cause for failure in failures)
        assert KEY not in "".join(failure.model_dump_json() for failure in failures)
        server.respond_with(ScriptedModel())
        again = run_batch(tmp_path / "run", plan, Spread(retry_failed=True), job=llm_job(plan))
    assert (again.progress.done, again.progress.failed) == (6, 0)


def test_an_unreadable_interviewer_costs_a_neutral_probe_and_the_turn_says_so(plan_for: object, tmp_path: Path) -> None:
    model = ScriptedModel({"interviewer": lambda request: Answer(fault="malformed_json")})
    with serving(Options(), model) as server:
        plan = plan_for(settings_for(server), 1)  # type: ignore[operator]
        summary = run_batch(tmp_path / "run", plan, job=llm_job(plan))
    assert summary.progress.failed == 0
    errors = [turn.error for record in read_records(tmp_path / "run") for turn in record.turns if turn.error]
    assert errors
    assert all(error.startswith("malformed") for error in errors)
