"""The routing eval and the fitted model: fresh, strict about its data, and able to tell good from bad."""

import json
from pathlib import Path

import pytest

from agents.encoder import packaged_encoder
from agents.router import Heard, Routing, cues
from agents.router.classifier import ARTEFACT, Artefact
from evals.routing import run
from evals.routing.cases import load as load_cases
from evals.routing.examples import load
from evals.routing.fit import digest_of, segments_of
from evals.routing.score import split_rightly

ENCODER = packaged_encoder()


class Deaf:
    """A router that hears a statement in everything."""

    def route(self, heard: Heard) -> Routing:
        return Routing(acts=("statement",), statement=heard.text)


def cases(path: Path) -> Path:
    documents = [
        {"text": "How many users are there?", "acts": ["question"], "questions": ["How many users are there?"], "domain": "one"},
        {"text": "I'd use boosted trees.", "acts": ["statement"], "domain": "two"},
        {"text": "how much time is left", "acts": ["meta"], "meta": "time", "domain": "three"},
    ]
    path.write_text("\n".join(json.dumps(document) for document in documents), encoding="utf-8")
    return path


def test_the_model_was_fitted_on_the_data_and_the_features_in_the_repo() -> None:
    artefact = Artefact.model_validate_json(ARTEFACT.read_text(encoding="utf-8"))
    assert artefact.training_sha256 == digest_of(load())
    assert artefact.features_sha256 == cues.digest()
    assert artefact.training_n == len(segments_of(load()))


def test_the_fitting_set_is_broad() -> None:
    examples = load()
    assert len(examples) >= 900
    assert len({example.domain for example in examples if not example.domain.startswith("any-")}) >= 12
    assert len({example.id for example in examples}) == len(examples)


def test_the_eval_tells_a_good_router_from_a_deaf_one(tmp_path: Path) -> None:
    good = run(cases(tmp_path / "cases.jsonl"), encoder=ENCODER)
    deaf = run(cases(tmp_path / "cases.jsonl"), router=Deaf(), encoder=ENCODER)
    assert (good.exact_acts.value, good.questions_split.value, good.meta_kind.value) == (1.0, 1.0, 1.0)
    assert deaf.exact_acts.value == pytest.approx(1 / 3)
    assert (deaf.questions_split.value, deaf.meta_kind.value) == (0.0, 0.0)
    assert deaf.confusion["question"] == {"statement": 1}
    assert {miss.text for miss in deaf.misses} == {"How many users are there?", "how much time is left"}


def test_a_figure_without_cases_is_none_and_not_perfect(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"text": "I'd use trees.", "acts": ["statement"]}), encoding="utf-8")
    report = run(path, encoder=ENCODER)
    assert (report.meta_kind.value, report.meta_kind.n) == (None, 0)
    assert report.questions_split.value is None


def test_a_split_needs_the_same_number_and_the_same_matter() -> None:
    gold = ["How many users are there?", "What is the latency budget?"]
    assert split_rightly(gold, ["what is the latency budget", "how many users are there"], ENCODER)
    assert not split_rightly(gold, gold[:1], ENCODER)
    assert not split_rightly(gold, ["How many users are there?", "Who labels the data?"], ENCODER)
    assert not split_rightly(gold, ["How many users are there?"] * 2, ENCODER)
    assert split_rightly([], [], ENCODER) is None


def test_a_malformed_case_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "x", "acts": ["statement"]}\n{"text": "y", "acts": ["guess"]}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.jsonl: line 2"):
        load_cases(path)
