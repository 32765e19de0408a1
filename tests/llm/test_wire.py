"""What goes over the wire: nothing hidden, one call in sequence, prompts that share their prefix, few tokens."""

import asyncio
import copy
import itertools
import os
from collections.abc import Callable
from typing import Any

import pytest

from agents.candidate import find_profile
from agents.candidate.llm import LlmCandidate
from agents.cast import build_cast
from agents.devserver import ChatRequest, Options, serving
from agents.encoder import SentenceEncoder
from agents.engines import Engines
from agents.record import Record, ScenarioStamp
from benchmarks.llm_tokens import by_role as spent_by_role
from benchmarks.llm_tokens import naive, shared_prefixes, sit
from benchmarks.scripted_model import ScriptedModel, role_of
from graphs.episode import EpisodeSpec, run_episode
from scenarios.catalog import find
from scenarios.scenario import Scenario
from tests.fakes import ScriptedCandidate
from tests.llm.conftest import QUICK, llm_settings
from tests.sample import SCENARIO, document

Change = Callable[[dict[str, Any]], None]
DISCLOSED = "volume"


def change_facts(made: dict[str, Any]) -> None:
    made["facts"]["facts"][1] |= {"text": "CANARY-F one hour is plenty of time.", "questions": ["CANARY-Q how long?"]}
    made["facts"]["unknown"][0]["questions"] = ["CANARY-U which shade?"]


def change_rubric(made: dict[str, Any]) -> None:
    made["rubric"]["dimensions"] = [{"id": "data", "name": "CANARY-D data", "weight": 2.0}]
    criterion = made["rubric"]["criteria"][0] | {"dimension": "data", "title": "CANARY-R", "evidence": ["CANARY-E"]}
    made["rubric"]["criteria"] = [criterion]


def change_reference(made: dict[str, Any]) -> None:
    made["reference"]["answer"] = [{"phase": "clarify", "text": "CANARY-A: build a conveyor of neural lookup tables."}]
    made["reference"]["concepts"][0] |= {"name": "CANARY-C", "wordings": ["neural lookup table"]}


def change_all(made: dict[str, Any]) -> None:
    for change in (change_facts, change_rubric, change_reference):
        change(made)


CHANGES: dict[str, Change] = {
    "undisclosed facts": change_facts,
    "rubric": change_rubric,
    "reference": change_reference,
    "all": change_all,
}


def requests_of(scenario: Scenario, encoder: SentenceEncoder, *roles: str) -> tuple[list[bytes], Record]:
    """The raw bodies of these roles' requests in one simulated interview, in the order of each role."""
    with serving(Options(), ScriptedModel()) as server:
        settings = llm_settings(server, base_url=server.base_url, max_turns=24)
        engines = Engines.of(settings, os.environ, **QUICK)
        cast = build_cast(scenario, settings, encoder, engines)
        candidate = LlmCandidate(find_profile("asker"), engines.model("candidate"), seed=3, session="same")
        record = asyncio.run(run_episode(spec_of(scenario), cast, candidate, settings))
        return [call.request.raw for role in roles for call in server.calls if role_of(call.request) == role], record


def spec_of(scenario: Scenario) -> EpisodeSpec:
    return EpisodeSpec(scenario=ScenarioStamp(id=scenario.id, sha256=scenario.sha256), profile="asker", episode=0, seed=3)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_byte_to_interviewer_or_candidate_depends_on_what_is_undisclosed(change: Change, encoder: SentenceEncoder) -> None:
    made = copy.deepcopy(document())
    change(made)
    before, plain = requests_of(SCENARIO, encoder, "interviewer", "candidate")
    after, changed = requests_of(Scenario.model_validate(made), encoder, "interviewer", "candidate")
    assert {fact for turn in plain.turns for fact in turn.released_fact_ids} == {DISCLOSED}
    assert len(before) > 10
    assert after == before
    assert changed.transcript() == plain.transcript()


def test_the_comparison_can_fail(encoder: SentenceEncoder) -> None:
    made = copy.deepcopy(document())
    change_all(made)
    other = Scenario.model_validate(made)
    for role in ("facts", "grader"):
        assert requests_of(SCENARIO, encoder, role)[0] != requests_of(other, encoder, role)[0]


def test_no_canary_of_one_compartment_reaches_another_role(encoder: SentenceEncoder) -> None:
    made = copy.deepcopy(document())
    change_all(made)
    scenario = Scenario.model_validate(made)
    wanted = {"interviewer": "", "candidate": "", "facts": "F", "grader": "DREAC"}
    for role, letters in wanted.items():
        sent = b"".join(requests_of(scenario, encoder, role)[0]).decode()
        seen = {letter for letter in "FQUDREAC" if f"CANARY-{letter}" in sent}
        assert seen <= set(letters), role


KINDS: dict[str, tuple[str, list[str]]] = {
    "question": ("How many items are created per day?", ["facts"]),
    "statement": ("I would count the parcels on each belt first, because that is where the load shows.", ["interviewer"]),
    "question and statement": (
        "I would count the parcels on each belt first, because that is where the load shows. How many items are created per day?",
        ["facts", "interviewer"],
    ),
    "two questions": ("How many items are created per day? How fast must a parcel be sorted?", ["facts"]),
    "hint request": ("Should I use a neural network or something simpler here?", ["interviewer"]),
    "meta": ("How much time do we have left?", []),
    "finished": ("I'm done.", []),
    "hint command": ("hint", []),
    "next command": ("next", []),
}


@pytest.mark.parametrize("selector", ["llm", "embedded", "embedded+llm-verify"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_turn_costs_at_most_one_model_call_in_sequence(kind: str, selector: Any, encoder: SentenceEncoder) -> None:
    """Calls in sequence: the longest chain of requests of which each came in after the one before was answered."""
    line, wanted = KINDS[kind]
    latency = 0.15
    with serving(Options(latency=latency), ScriptedModel()) as server:
        settings = llm_settings(server, selector=selector, roles={"grader": "embedded"})
        cast = build_cast(SCENARIO, settings, encoder, Engines.of(settings, os.environ, **QUICK))
        asyncio.run(run_episode(spec_of(SCENARIO), cast, ScriptedCandidate([line]), settings))
        roles = sorted(role_of(call.request) for call in server.calls)
        arrivals = sorted(call.at for call in server.calls)
    chain = 1 + sum(later - earlier >= latency for earlier, later in itertools.pairwise(arrivals)) if arrivals else 0
    assert chain <= 1
    assert roles == [role for role in wanted if role != "facts" or selector != "embedded"]


@pytest.fixture(scope="module")
def forty_turns() -> tuple[list[ChatRequest], Scenario, Record, Any]:
    scenario = find("firearms-marketplace").scenario
    with pytest.MonkeyPatch.context() as patch, serving(Options(), ScriptedModel()) as server:
        patch.setenv("OPENAI_API_KEY", "none")
        record = sit(server, scenario, turns=40)
        return [call.request for call in server.calls], scenario, record, spent_by_role(server)


@pytest.mark.parametrize("role", ["interviewer", "facts", "grader", "candidate"])
def test_successive_prompts_of_a_role_share_nine_tenths_as_a_prefix(role: str, forty_turns: Any) -> None:
    requests = [request for request in forty_turns[0] if role_of(request) == role]
    pairs = shared_prefixes(requests)
    assert len(pairs) >= 4
    assert min(shared / earlier for shared, earlier, _ in pairs) >= 0.9
    assert sum(shared for shared, _, _ in pairs) / sum(later for _, _, later in pairs) >= 0.9


def test_forty_turns_cost_less_than_half_of_a_naive_interviewers_fresh_tokens(forty_turns: Any) -> None:
    _, scenario, record, spent = forty_turns
    assert len(record.turns) >= 40
    asked = spent["interviewer"].fresh + spent["facts"].fresh
    everything = asked + spent["grader"].fresh
    best_naive, usual_naive = (naive(scenario, record, time_first=first).fresh for first in (False, True))
    assert asked <= best_naive / 2, "the same work, against a naive prompt that is ordered for the cache as well"
    assert everything <= usual_naive / 2, "with grading, which the naive interviewer does not even do"


def test_the_record_says_who_played_what_and_what_it_cost(forty_turns: Any) -> None:
    _, _, record, _ = forty_turns
    assert record.engine["interviewer"].implementation == "llm/1 json_schema"
    assert record.engine["guard"].implementation == "embedded/1"
    assert all(record.engine[role].prompt_sha256 for role in ("interviewer", "facts", "grader"))
    usages = [turn.usage for turn in record.turns if turn.usage]
    assert sum(usage.calls for usage in usages) >= 30
    assert all(usage.calls <= 1 for usage in usages)
