"""What the grader is developed on is apart from what measures it."""

import json

from evals.consistency.develop import FOLDER, Again, Wrong, paraphrase_pairs, wrong_pairs
from evals.consistency.paraphrase import DATA
from evals.gold import compose, load_banks, load_whole
from scenarios.loader import LIBRARY, load

WRONG = [Wrong.model_validate_json(line) for line in (FOLDER / "wrong.jsonl").read_text().splitlines()]
AGAIN = [Again.model_validate_json(line) for line in (FOLDER / "paraphrases.jsonl").read_text().splitlines()]


def test_items_name_criteria_of_their_rubric_and_answers_of_their_bank() -> None:
    banks = load_banks()
    for item in WRONG:
        assert item.criterion in {c.id for c in load(LIBRARY / item.scenario).rubric.criteria}
    for again in AGAIN:
        assert again.answer in {answer.text.strip() for answer in banks[again.scenario].answers}


def test_nothing_of_it_stands_in_the_measuring_sets() -> None:
    measured = [text for line in DATA.read_text().splitlines() for text in json.loads(line)["turns"].values()]
    measured += [turn.text for item in load_whole() for turn in item.turns]
    measured += [answer.text for found in load_banks().values() for answer in found.answers]
    for text in (*(item.text for item in WRONG), *(item.text for item in AGAIN)):
        assert not any(text in other for other in measured)


def test_a_pair_differs_in_the_one_answer() -> None:
    scenario = load(LIBRARY / "demand-forecasting")
    cases = tuple(compose(scenario, load_banks()["demand-forecasting"]))
    for pair in (*wrong_pairs(cases, {scenario.id: scenario}), *paraphrase_pairs(cases)):
        assert sum(a.text != b.text for a, b in zip(pair.case.turns, pair.turns, strict=True)) == 1
