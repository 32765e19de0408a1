"""What the grader is developed on, so that the measuring sets stay unseen: `python -m evals.consistency.develop`.

Forty confident but wrong answers, and thirty gold answers said in other words, in `development/`; by one author, who wrote
neither the gold nor the paraphrases that the consistency eval measures with. Each is put in a composed interview.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from agents.encoder import packaged_encoder
from evals.consistency.grade import GraderOf, Graders, held_out_graders, level_of
from evals.consistency.perturb import Turns
from evals.consistency.run import FLOOR
from evals.gold import GoldInterview, compose_all, load_banks
from evals.grading.agreement import mean_of
from evals.grading.figures import Array, Figure, figure
from evals.grading.run import gold_scenarios
from scenarios.model import Model
from scenarios.scenario import Scenario

FOLDER = Path(__file__).with_name("development")
BIG = 0.5


class Wrong(Model):
    """A wrong answer to one criterion, said with confidence."""

    scenario: str
    criterion: str
    text: str


class Again(Model):
    """A gold answer to one criterion, and the same said in other words."""

    scenario: str
    criterion: str
    answer: str
    text: str


class Pair(NamedTuple):
    """An interview before and after the change, and the criterion that it is about."""

    case: GoldInterview
    turns: Turns
    criterion: str


class DevelopmentReport(Model):
    """Share of wrong answers that stay at the floor, and how far a level moves when its answer is said again."""

    wrong_at_floor: Figure
    wrong_level: Figure
    paraphrase_shift: Figure
    paraphrase_size: Figure
    paraphrase_big: Figure


def wrong_pairs(cases: Sequence[GoldInterview], scenarios: Mapping[str, Scenario]) -> Iterator[Pair]:
    """Each wrong answer at the end of its area, in the first interview of its scenario that shows nothing of the criterion."""
    for line in (FOLDER / "wrong.jsonl").read_text(encoding="utf-8").splitlines():
        item = Wrong.model_validate_json(line)
        silent = (case for case in cases if case.scenario == item.scenario and case.levels.get(item.criterion) == 0)
        case = next(silent, None)
        if case is not None:
            home = next(c.dimension for c in scenarios[item.scenario].rubric.criteria if c.id == item.criterion)
            spoken = [turn.index for turn in case.turns if turn.speaker == "candidate"]
            near = [turn.index for turn in case.turns if turn.speaker == "candidate" and turn.area == home]
            at = (near or spoken)[-1]
            turns = (t.model_copy(update={"text": f"{t.text}\n{item.text}"}) if t.index == at else t for t in case.turns)
            yield Pair(case, tuple(turns), item.criterion)


def paraphrase_pairs(cases: Sequence[GoldInterview]) -> Iterator[Pair]:
    """Each answer replaced by its other wording, in the first interview that holds it."""
    for line in (FOLDER / "paraphrases.jsonl").read_text(encoding="utf-8").splitlines():
        item = Again.model_validate_json(line)
        holding = (c for c in cases if c.scenario == item.scenario and any(item.answer in turn.text for turn in c.turns))
        case = next(holding, None)
        if case is not None:
            turns = (turn.model_copy(update={"text": turn.text.replace(item.answer, item.text)}) for turn in case.turns)
            yield Pair(case, tuple(turns), item.criterion)


def develop(make: GraderOf) -> DevelopmentReport:
    """Both figures with graders made by `make`."""
    scenarios = gold_scenarios()
    cases = compose_all(scenarios, load_banks())
    graders = Graders(scenarios, make)
    wrong, where = _levels(graders, tuple(wrong_pairs(cases, scenarios)))
    again, there = _levels(graders, tuple(paraphrase_pairs(cases)))
    moved = again[:, 1] - again[:, 0]
    return DevelopmentReport(
        wrong_at_floor=figure(mean_of((wrong[:, 1] <= FLOOR + 0.5).astype(float)), where),
        wrong_level=figure(mean_of(wrong[:, 1]), where),
        paraphrase_shift=figure(mean_of(moved), there),
        paraphrase_size=figure(mean_of(np.abs(moved)), there),
        paraphrase_big=figure(mean_of((np.abs(moved) > BIG).astype(float)), there),
    )


def _levels(graders: Graders, pairs: Sequence[Pair]) -> tuple[Array, list[str]]:
    found, names = [], []
    for pair in pairs:
        cards = (graders.grade(pair.case.scenario, turns) for turns in (pair.case.turns, pair.turns))
        before, after = (level_of(card, pair.criterion) for card in cards)
        if before is not None and after is not None:
            found.append((before, after))
            names.append(pair.case.scenario)
    return np.array(found, float).reshape(-1, 2), names


def main() -> None:
    """Print the report as JSON; fitting the graders takes some minutes."""
    sys.stdout.write(develop(held_out_graders(packaged_encoder())).model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main()
