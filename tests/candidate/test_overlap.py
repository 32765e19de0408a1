"""What candidates say is not what the grader, the guard or the router were made from."""

import pytest

from agents.candidate.material import FOLDER, GENERIC, read_material
from agents.candidate.speech import load_speech
from agents.encoder import packaged_encoder
from evals.selfplay.overlap import candidate_texts, fitted_texts, given_texts, nearness, shared_words
from scenarios.catalog import find
from scenarios.loader import library_ids
from tests.candidate.people import MATERIAL, WordEncoder

WRITTEN = [name for name in library_ids() if (FOLDER / f"{name}.yaml").is_file()]
LONGEST_RUN = 12
LONG_RUN_SHARE = 0.08
NEAREST = 0.95


@pytest.mark.parametrize("name", [*WRITTEN, GENERIC])
def test_material_shares_no_sentence_with_rubric_gold_or_fit_text(name: str) -> None:
    scenario = find("food-delivery-eta" if name == GENERIC else name).scenario
    overlap = shared_words(candidate_texts(read_material(FOLDER / f"{name}.yaml")), fitted_texts(scenario), given_texts(scenario))
    assert overlap.longest < LONGEST_RUN, overlap.example
    assert overlap.long_runs <= LONG_RUN_SHARE * overlap.n, overlap


def test_fixed_lines_share_no_sentence_with_fit_text() -> None:
    lines = [line for value in load_speech().model_dump().values() for line in (value if isinstance(value, tuple) else ())]
    said = [line for line in lines if len(line.split()) >= 5]
    assert shared_words(said, fitted_texts(find("food-delivery-eta").scenario)).longest < LONGEST_RUN


def test_no_statement_is_a_criterion_s_evidence_in_other_words_only() -> None:
    scenario = find(WRITTEN[0] if WRITTEN else "food-delivery-eta").scenario
    evidence = [text for criterion in scenario.rubric.criteria for text in criterion.evidence]
    said = candidate_texts(read_material(FOLDER / f"{WRITTEN[0] if WRITTEN else GENERIC}.yaml"))
    assert nearness(said, evidence, packaged_encoder(), name="test").highest < NEAREST


def test_the_check_notices_copied_and_lightly_changed_text() -> None:
    said = candidate_texts(MATERIAL)
    stolen = [said[2], "Something else entirely, about the weather."]
    assert shared_words(said, stolen).longest == len(said[2].replace(".", "").split())
    assert shared_words(said, stolen, given=stolen).longest == 0
    assert nearness(said, stolen, WordEncoder(), name="x").highest == pytest.approx(1.0, abs=1e-6)
    assert shared_words(said, ["Nothing of the kind stands here at all."]).longest == 0
