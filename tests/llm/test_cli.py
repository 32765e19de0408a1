"""The command line on the llm engine, against the local server: choosing, failing, grading again, the doctor, tracing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.devserver import Answer, DevServer, Fault
from agents.dialogue import Usage
from agents.record import Record
from benchmarks.scripted_model import ScriptedModel, role_of
from cli.main import app
from tests.llm.conftest import KEY

TURNS = """I would start from a plain mean of past delivery times for each restaurant, because it is robust and cheap to check.
How many orders are there per day?
I would then split by distance and hour, since a mean over all hours hides the evening peak that hurts the customer most.
"""


def run(*args: str, data: Path, stdin: str = "", **env: str) -> Result:
    """The command in this process, as a shell would run it."""
    environment = {"INTERVIEW_DATA_DIR": str(data), "COLUMNS": "100"} | env
    return CliRunner().invoke(app, args, input=stdin, env=environment)


def run_apart(*args: str, data: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = os.environ | {"INTERVIEW_DATA_DIR": str(data), "COLUMNS": "100"} | env
    return subprocess.run([sys.executable, "-m", "cli.main", *args], capture_output=True, text=True, env=environment, timeout=120)


def record_in(data: Path) -> Record:
    return Record.model_validate_json(next((data / "sessions").glob("*/record.json")).read_text())


@pytest.fixture
def quick(tmp_path: Path) -> str:
    path = tmp_path / "model.yaml"
    path.write_text("max_retries: 0\ntimeout_s: 5\nusd_per_million_input: 1.0\nusd_per_million_output: 4.0\n")
    return str(path)


def test_a_named_model_plays_and_its_grading_can_be_made_again_for_nothing(server: DevServer, tmp_path: Path, quick: str) -> None:
    options = ["--model", "dev", "--base-url", server.base_url]
    done = run(
        "practice", "--scenario", "food-delivery-eta", *options, data=tmp_path, stdin=TURNS + "/end\n", INTERVIEW_MODEL_FILE=quick
    )
    assert done.exit_code == 0, done.stderr
    record = record_in(tmp_path)
    assert record.engine["interviewer"].model == "dev"
    assert record.settings["base_url"] == server.base_url
    assert "Model use: " in done.stdout
    assert "$" in done.stdout
    assert KEY not in done.stdout + done.stderr + record.model_dump_json()
    before = len(server.calls)
    again = run("report", "--regrade", data=tmp_path)
    assert again.exit_code == 0, again.stderr
    assert len(server.calls) == before
    first, second = record.scorecard, record_in(tmp_path).scorecard
    assert first is not None
    assert second is not None
    assert first.usage is not None
    assert first.usage.calls > 0
    assert first.usage.cost_usd
    assert second == first.model_copy(update={"usage": Usage()})


def test_a_failed_grading_is_made_good_by_regrading(
    server: DevServer, scripted: ScriptedModel, tmp_path: Path, quick: str
) -> None:
    scripted.says["grader"] = lambda request: Answer(fault="503")
    environment = {"INTERVIEW_MODEL": "dev", "INTERVIEW_BASE_URL": server.base_url, "INTERVIEW_MODEL_FILE": quick}
    done = run("practice", "--scenario", "food-delivery-eta", data=tmp_path, stdin=TURNS + "/end\n", **environment)
    assert done.exit_code == 0, done.stderr
    card = record_in(tmp_path).scorecard
    assert card is not None
    assert "ungraded" in {item.status for item in card.criteria}
    assert "Could not be graded" in done.stdout
    still = run("report", "--regrade", data=tmp_path, **environment)
    assert "could not be graded" in still.stderr
    scripted.says.clear()
    assert run("report", "--regrade", data=tmp_path, **environment).exit_code == 0
    card = record_in(tmp_path).scorecard
    assert card is not None
    assert "ungraded" not in {item.status for item in card.criteria}


def test_a_server_that_is_down_is_one_line_exit_1_and_nothing_lost(tmp_path: Path, quick: str) -> None:
    options = ["--model", "dev", "--base-url", "http://127.0.0.1:9/v1"]
    done = run("practice", "--scenario", "food-delivery-eta", *options, data=tmp_path, stdin=TURNS, INTERVIEW_MODEL_FILE=quick)
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert done.stdout.count("The model failed") == 1
    assert "interview resume" in done.stdout
    assert record_in(tmp_path).turns[-1].text == TURNS.splitlines()[0]
    resumed = run("resume", "--engine", "embedded", data=tmp_path, stdin="/end\n")
    assert resumed.exit_code == 0, resumed.stderr
    record = record_in(tmp_path)
    assert record.engine["interviewer"].implementation == "embedded/1"
    assert any(name.startswith("interviewer until turn") for name in record.engine)
    assert record.turns[2].speaker == "interviewer"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--engine", "llm"], "needs a model"),
        (["--model", "m", "--base-url", "ftp://x"], "http://host:port/v1"),
        (["--model", "m", "--base-url", "http://me:pw@host/v1"], "no user, password"),
        (["--role", "guard=llm"], "ROLE one of"),
        (["--role", "grader=embedded:gpt"], "ROLE=llm:MODEL"),
        (["--selector", "magic"], "embedded+llm-verify"),
    ],
)
def test_a_wrong_choice_is_explained_and_exits_2(tmp_path: Path, args: list[str], words: str) -> None:
    done = run("practice", "--scenario", "food-delivery-eta", *args, data=tmp_path)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.replace("│", " ").split())
    assert "pw" not in done.stderr


def test_each_role_can_have_its_own_engine(server: DevServer, tmp_path: Path) -> None:
    options = ["--model", "dev", "--base-url", server.base_url, "--engine", "embedded", "--role", "interviewer=llm:other"]
    done = run("practice", "--scenario", "food-delivery-eta", *options, data=tmp_path, stdin=TURNS + "/end\n")
    assert done.exit_code == 0, done.stderr
    assert {role_of(call.request) for call in server.calls} == {"interviewer"}
    assert {call.request.model for call in server.calls} == {"other"}
    assert record_in(tmp_path).engine["facts"].implementation == "embedded/1"


def test_the_doctor_says_what_a_model_is_fit_for(server: DevServer, scripted: ScriptedModel, tmp_path: Path) -> None:
    scripted.says["interviewer"] = lambda request: {"say": "Great point! Use a tree?", "area": "none"}
    done = run("doctor", "--model", "dev", "--base-url", server.base_url, "--json", data=tmp_path)
    found = json.loads(done.stdout)["model"]
    fit = {role["role"]: role["fit"] for role in found["roles"]}
    assert found["structured"] == "json_schema"
    assert fit["interviewer"] is False
    assert fit["facts"] is False
    assert fit["candidate"] is True
    assert done.exit_code == 0


def test_the_doctor_on_a_dead_server_says_so(tmp_path: Path) -> None:
    done = run("doctor", "--model", "dev", "--base-url", "http://127.0.0.1:9/v1", data=tmp_path)
    assert done.exit_code == 1
    assert "could not be reached or broke off: connection refused (" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("401", "answered 401 (invalid_api_key): the key is missing, wrong or not allowed here; set OPENAI_API_KEY"),
        ("404", "no such model or address; check --model, and --base-url"),
        ("malformed_body", "sent something that is not a chat completion; is --base-url the address of the API"),
        ("503", "answered 503 (server_error): the server failed (2 tries)"),
        ("drop_before", "could not be reached or broke off"),
        ("hang", "did not answer in time (2 tries); a slower server needs a larger timeout_s"),
    ],
)
def test_the_doctor_says_in_one_line_what_is_wrong_and_what_to_do(
    server: DevServer, scripted: ScriptedModel, tmp_path: Path, fault: Fault, said: str
) -> None:
    scripted.says["doctor"] = lambda request: Answer(fault=fault)
    limits = tmp_path / "model.yaml"
    limits.write_text("timeout_s: 0.3\nmax_retries: 1\nbackoff_s: 0.01\n")
    done = run("doctor", "--model", "dev", "--base-url", server.base_url, data=tmp_path, INTERVIEW_MODEL_FILE=str(limits))
    assert done.exit_code == 1
    bad = [line for line in done.stdout.splitlines() if line.startswith("BAD")]
    assert len(bad) == 1
    assert said in bad[0]
    assert "Fit for no role." in done.stdout


def test_the_doctor_without_a_model_checks_the_installation(tmp_path: Path) -> None:
    done = run("doctor", data=tmp_path)
    assert done.exit_code == 0, done.stderr
    assert "every role is embedded" in " ".join(done.stdout.split())


def test_tracing_stays_off_unless_our_own_switch_is_set(tmp_path: Path) -> None:
    held = run_apart("doctor", data=tmp_path, LANGSMITH_TRACING="true")
    assert "tracing stays off" in " ".join(held.stderr.split())
    asked = run_apart("doctor", data=tmp_path, LANGSMITH_TRACING="true", INTERVIEW_TRACING="1")
    assert "every prompt leaves this machine" in " ".join(asked.stderr.split())
