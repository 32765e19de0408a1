"""Grades many interviews with one grader for each scenario."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from agents.encoder import SentenceEncoder
from agents.grader import EmbeddedGrader, Grader, Interview
from agents.record import Turn
from agents.scorecard import Scorecard
from evals.grading.fit import fold_models
from evals.grading.run import load_gold
from scenarios.scenario import Scenario

GraderOf = Callable[[Scenario], Grader]


def held_out_graders(encoder: SentenceEncoder) -> GraderOf:
    """Embedded graders whose models have not seen the scenario that they grade; fitting them takes some minutes."""
    models = fold_models(*load_gold())

    def make(scenario: Scenario) -> Grader:
        own = models[scenario.id]
        return EmbeddedGrader(scenario.rubric, scenario.reference, encoder, target_level=scenario.brief.target_level, model=own)

    return make


class Graders:
    """One grader for each scenario, made when first needed."""

    def __init__(self, scenarios: Mapping[str, Scenario], make: GraderOf) -> None:
        self._scenarios = scenarios
        self._make = make
        self._made: dict[str, Grader] = {}

    def grade(self, scenario: str, turns: Sequence[Turn]) -> Scorecard:
        """The scorecard of one interview."""
        if scenario not in self._made:
            self._made[scenario] = self._make(self._scenarios[scenario])
        interview = Interview(turns=tuple(turns), minutes=turns[-1].at / 60 if turns else 0.0)
        return asyncio.run(self._made[scenario].grade(interview))

    def shuffled(self, scenario: str, order: Sequence[int]) -> Grader:
        """A grader whose rubric lists the criteria in another order."""
        whole = self._scenarios[scenario]
        rubric = whole.rubric.model_copy(update={"criteria": tuple(whole.rubric.criteria[i] for i in order)})
        return self._make(whole.model_copy(update={"rubric": rubric}))


def level_of(card: Scorecard, criterion: str | None = None) -> float | None:
    """The level of one criterion, or the overall one."""
    if criterion is None:
        return card.overall.level
    return next((score.level for score in card.criteria if score.id == criterion), None)
