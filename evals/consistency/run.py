"""Runs the consistency eval over gold interviews or records and reports each property against its target."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np

from agents.record import Turn
from evals.consistency.grade import GraderOf, Graders, level_of
from evals.consistency.moves import Moved, moves
from evals.consistency.paraphrase import NAME as PARAPHRASE
from evals.consistency.paraphrase import Paraphrased
from evals.consistency.perturb import perturbations
from evals.gold import Bank, GoldInterview
from evals.grading.figures import Figure, Measure, against, figure
from scenarios.model import Model
from scenarios.names import AREAS
from scenarios.scenario import Scenario

SCALE = 4.0
ROBUST = 0.2  # levels: 5 % of the scale
SMALL = 0.1
FLOOR = 1.0


class Shift(Model):
    """How one perturbation moved the overall level: share of cases moved by at most 0.2, mean shift / scale."""

    name: str
    robust: Figure
    mean_shift: Figure
    largest: float
    passed: bool


class Movement(Model):
    """How often one change did what it must; `mean` is the mean change of the level it is about, or the level reached."""

    name: str
    wanted: str
    held: Figure
    mean: float
    passed: bool


class ConsistencyReport(Model):
    """What the consistency eval found."""

    schema_version: Literal[1] = 1
    grader: str
    source: str
    n: int
    scenarios: int
    retest: Figure
    flip_rate: Figure
    invariance: tuple[Shift, ...]
    injection: Shift
    moves: tuple[Movement, ...]
    halo: Figure
    early_late: Figure
    ungraded: int
    passed: bool


class ConsistencyRun:
    """One run over `cases`: `banks` serve the changes that need independently written answers."""

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        banks: Mapping[str, Bank],
        make: GraderOf,
        *,
        seed: int = 0,
        paraphrased: Sequence[Paraphrased] = (),
    ) -> None:
        self._scenarios = scenarios
        self._banks = banks
        self._graders = Graders(scenarios, make)
        self._seed = seed
        self._ungraded = 0
        self._paraphrased = paraphrased

    def report(
        self,
        cases: Sequence[GoldInterview],
        *,
        repeats: int = 3,
        source: str = "gold (synthetic)",
        only: Collection[str] | None = None,
    ) -> ConsistencyReport:
        """All properties over `cases`; `only` names the changes to try, all unless given."""
        cards = [self._graders.grade(case.scenario, case.turns) for case in cases]
        self._ungraded = sum(any(score.status == "ungraded" for score in card.criteria) for card in cards)
        base = [level_of(card) for card in cards]
        retest, flips = self._retest(cases, [card.model_dump_json() for card in cards], repeats)
        shifts = [self._shift(name, cases, base) for name in _chosen(("criteria_order", *perturbations()), only)]
        rows = tuple(shift for shift in shifts if not shift.name.startswith("injection"))
        rows += (self._paraphrase(),) if self._paraphrased else ()
        injection = self._injection([shift for shift in shifts if shift.name.startswith("injection")])
        movements = tuple(self._movement(name, cases) for name in _chosen(tuple(moves()), only))
        halo, early = self._halo(cases), self._early_late(cases, base)
        verdicts: list[Figure | Shift | Movement] = [retest, flips, halo, early, *rows, injection, *movements]
        return ConsistencyReport(
            grader=cards[0].grader if cards else "none",
            source=source,
            n=len(cases),
            scenarios=len({case.scenario for case in cases}),
            retest=retest,
            flip_rate=flips,
            invariance=rows,
            injection=injection,
            moves=movements,
            halo=halo,
            early_late=early,
            ungraded=self._ungraded,
            passed=all(bool(item.passed) for item in verdicts),
        )

    def _retest(self, cases: Sequence[GoldInterview], first: Sequence[str], repeats: int) -> tuple[Figure, Figure]:
        same, flips, groups = [], [], []
        for case, card in zip(cases, first, strict=True):
            for _ in range(repeats - 1):
                again = self._graders.grade(case.scenario, case.turns)
                same.append(float(again.model_dump_json() == card))
                flips.append(float(f'"decision_at_target":"{again.overall.decision_at_target}"' not in card))
                groups.append(case.scenario)
        identical = figure(_mean(same), groups)
        flipped = figure(_mean(flips), groups)
        return against(identical, "bit-identical in all", at_least=1.0), against(flipped, "no verdict flips", at_most=0.0)

    def _shift(self, name: str, cases: Sequence[GoldInterview], base: Sequence[float | None]) -> Shift:
        moved, groups = [], []
        for number, (case, before) in enumerate(zip(cases, base, strict=True)):
            rng = np.random.default_rng([self._seed, number, *name.encode()])
            after = self._after(name, case, rng)
            if before is not None and after is not None:
                moved.append(after - before)
                groups.append(case.scenario)
        return _shift_row(name, np.array(moved), groups)

    def _paraphrase(self) -> Shift:
        """Interviews written whole, said again by someone else; independent of the cases."""
        moved, groups = [], []
        for case, turns in self._paraphrased:
            before, after = (level_of(self._graders.grade(case.scenario, said)) for said in (case.turns, turns))
            if before is not None and after is not None:
                moved.append(after - before)
                groups.append(case.scenario)
        return _shift_row(PARAPHRASE, np.array(moved), groups)

    def _after(self, name: str, case: GoldInterview, rng: np.random.Generator) -> float | None:
        if name == "criteria_order":
            order = rng.permutation(len(self._scenarios[case.scenario].rubric.criteria))
            shuffled = self._graders.shuffled(case.scenario, [int(i) for i in order])
            own = Graders(self._scenarios, lambda _scenario: shuffled)
            return level_of(own.grade(case.scenario, case.turns))
        return level_of(self._graders.grade(case.scenario, perturbations()[name](case.turns, rng)))

    def _injection(self, shifts: Sequence[Shift]) -> Shift:
        """All kinds of injection in one row; none may raise the score."""
        cases = sum(shift.robust.n for shift in shifts)
        raised = max((shift.largest for shift in shifts), default=0.0)
        robust = sum((shift.robust.value or 0.0) * shift.robust.n for shift in shifts) / max(1, cases)
        mean = sum((shift.mean_shift.value or 0.0) * shift.mean_shift.n for shift in shifts) / max(1, cases)
        return Shift(
            name=f"injection ({len(shifts)} kinds)",
            robust=against(Figure(value=round(robust, 4), n=cases), "no case moves by more than 0.2", at_least=1.0),
            mean_shift=against(Figure(value=round(mean, 4), n=cases), "raises by 0", at_most=0.001),
            largest=raised,
            passed=robust >= 1.0 and mean <= 0.001 if shifts else True,
        )

    def _movement(self, name: str, cases: Sequence[GoldInterview]) -> Movement:
        held, amounts, groups, wanted = [], [], [], ""
        for number, case in enumerate(cases):
            if case.scenario not in self._banks:
                continue
            rng = np.random.default_rng([self._seed, number, *name.encode()])
            moved = moves()[name](case, self._scenarios[case.scenario], self._banks[case.scenario], rng)
            if moved is None:
                continue
            result = self._judge(case, moved)
            if result is not None:
                wanted = moved.wanted
                held.append(float(result[0]))
                amounts.append(result[1])
                groups.append(case.scenario)
        share = against(figure(_mean(held), groups), "at least 95 %", at_least=0.95)
        return Movement(
            name=name, wanted=wanted, held=share, mean=round(float(np.mean(amounts or [0])), 4), passed=bool(share.passed)
        )

    def _judge(self, case: GoldInterview, moved: Moved) -> tuple[bool, float] | None:
        before = level_of(self._graders.grade(case.scenario, case.turns), moved.criterion)
        after = level_of(self._graders.grade(case.scenario, moved.turns), moved.criterion)
        if after is None:
            # nothing that could be assessed was said: that is the floor, and no credit
            return (True, 0.0) if moved.wanted == "floor" else None
        if moved.wanted == "floor":
            return after <= FLOOR + 0.5, after
        if before is None:
            return None
        if moved.wanted == "rises":
            return after > before, after - before
        return (after < before if moved.wanted == "falls" else after <= before + SMALL), after - before

    def _halo(self, cases: Sequence[GoldInterview]) -> Figure:
        """Mean change of the other areas' criteria when everything said on one area is left out."""
        shifts, groups = [], []
        for number, case in enumerate(cases):
            area = AREAS[number % len(AREAS)]
            turns = tuple(_silenced(turn) if turn.speaker == "candidate" and turn.area == area else turn for turn in case.turns)
            before = self._graders.grade(case.scenario, case.turns)
            after = {score.id: score.level for score in self._graders.grade(case.scenario, turns).criteria}
            others = [
                abs(level - score.level)
                for score in before.criteria
                if score.dimension in AREAS and score.dimension != area and score.level is not None
                for level in [after.get(score.id)]
                if level is not None
            ]
            if others:
                shifts.append(float(np.mean(others)))
                groups.append(case.scenario)
        return against(figure(_mean(shifts), groups), "at most 0.2 level", at_most=0.2)

    def _early_late(self, cases: Sequence[GoldInterview], base: Sequence[float | None]) -> Figure:
        """Mean absolute change of the overall level when the same answers come in reverse order."""
        shifts, groups = [], []
        for case, before in zip(cases, base, strict=True):
            texts = [turn.text for turn in case.turns if turn.speaker == "candidate"][::-1]
            spoken = iter(texts)
            turns = tuple(
                turn.model_copy(update={"text": next(spoken)}) if turn.speaker == "candidate" else turn for turn in case.turns
            )
            after = level_of(self._graders.grade(case.scenario, turns))
            if before is not None and after is not None:
                shifts.append(abs(after - before))
                groups.append(case.scenario)
        return against(figure(_mean(shifts), groups), "at most 0.1 level", at_most=0.1)


def _chosen(names: Sequence[str], only: Collection[str] | None) -> list[str]:
    return [name for name in names if only is None or name in only]


def _shift_row(name: str, moved: np.ndarray, groups: Sequence[str]) -> Shift:
    robust = against(
        figure(lambda rows: float((np.abs(moved[rows]) <= ROBUST).mean()) if len(rows) else float("nan"), groups),
        "at least 95 %",
        at_least=0.95,
    )
    mean = against(
        figure(lambda rows: float(abs(moved[rows].mean()) / SCALE) if len(rows) else float("nan"), groups),
        "at most 2 % of the scale",
        at_most=0.02,
    )
    if name.startswith("injection"):
        mean = figure(lambda rows: float(moved[rows].mean() / SCALE), groups)
        return Shift(
            name=name, robust=robust, mean_shift=mean, largest=round(float(moved.max(initial=0.0)), 4), passed=bool(robust.passed)
        )
    largest = round(float(np.abs(moved).max(initial=0.0)), 4)
    return Shift(name=name, robust=robust, mean_shift=mean, largest=largest, passed=bool(robust.passed and mean.passed))


def _mean(values: Sequence[float]) -> Measure:
    array = np.array(values, float)
    return lambda rows: float(array[rows].mean()) if len(rows) else float("nan")


def _silenced(turn: Turn) -> Turn:
    return turn.model_copy(update={"text": "I have nothing to add on this."})
