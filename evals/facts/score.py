"""Scores what the facts agent released against what was asked for, with 95 % bootstrap intervals by scenario or sheet."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.facts import Outcome
from evals.facts.cases import NOT_FACTS
from scenarios.model import Model

RESAMPLES = 1000
RESAMPLES_AUROC = 200


class Figure(Model):
    """A share or mean with its n and 95 % interval; `value` is None when nothing was there to count."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None


class Result(Model):
    """One case and what came back: fact ids, or places of facts for outside cases."""

    id: str
    block: str
    kind: str
    pair: str = ""
    question: str
    gold: tuple[str, ...]
    released: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    score: float
    likeliest: str
    factual: bool = True

    @property
    def over(self) -> bool:
        """Something was released that was not asked for."""
        return bool(set(self.released) - set(self.gold))

    @property
    def clarified(self) -> bool:
        """Nothing was released, and the candidate was asked to say more."""
        return not self.released and bool({"be_specific", "which_part"} & set(self.outcomes))

    @property
    def refused(self) -> bool:
        """Nothing was released, and the candidate was told that the sheet does not say."""
        return not self.released and not self.clarified and bool(self.outcomes)

    @property
    def under(self) -> bool:
        """A fact that was asked for is missing; asking the candidate to say more does not count as missing it."""
        return bool(set(self.gold) - set(self.released)) and not {"be_specific", "which_part"} & set(self.outcomes)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of the released facts."""
        both = len(set(self.gold) & set(self.released))
        return 2 * both / (len(set(self.gold)) + len(set(self.released))) if both else 0.0


class Tally(Model):
    """The figures over a set of cases."""

    n: int
    relevance: Figure
    over_disclosure: Figure
    under_disclosure: Figure
    complete: Figure
    refusal_recall: Figure
    false_refusal: Figure
    clarification: Figure
    unheard: Figure
    top1: Figure


class Miss(Model):
    """A case that went wrong, and how."""

    id: str
    kind: str
    question: str
    gold: tuple[str, ...]
    released: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


class Path(Model):
    """Figures of one way through the product; `overall` leaves opinion, hostile and everything-questions out."""

    overall: Tally
    by_kind: dict[str, Tally]
    by_scenario: dict[str, Tally]
    minimal_pairs: Figure
    auroc: Figure
    released_on_not_a_fact: Figure
    factuality: Figure
    curve: tuple[tuple[float, float, float], ...]
    misses: tuple[Miss, ...]


class Report(Model):
    """What the facts eval found on the labelled questions; every case was scored by a model fitted without its scenario."""

    schema_version: Literal[1] = 1
    n: int
    scenarios: int
    whole_path: Path
    whole_path_bare: Path
    selector: Path
    selector_bare: Path
    same_ids_again: Figure
    milliseconds_p50: float
    milliseconds_p95: float


class OutsideFigures(Model):
    """The figures that DESIGN.md names for outside data."""

    n: int
    answerable: int
    unanswerable: int
    top1: Figure
    f1_answerable: Figure
    over_disclosure: Figure
    under_disclosure: Figure
    refusal_recall: Figure
    false_refusal: Figure
    auroc: Figure


class OutsideReport(OutsideFigures):
    """Outside cases scored as shipped.

    `withheld` is the share of unanswerable cases that released nothing; `fitted` has both question models refitted by
    cross-validation over sheets.
    """

    schema_version: Literal[1] = 1
    sheets: int
    clarification: Figure
    withheld: Figure
    by_kind: dict[str, OutsideFigures]
    fitted: OutsideFigures | None = None
    milliseconds_p50: float
    curve: tuple[tuple[float, float, float], ...]


Count = Callable[[Result], tuple[float, float]]
MEASURES: Mapping[str, Count] = {
    "relevance": lambda r: (len(set(r.released) & set(r.gold)), len(r.released)),
    "over_disclosure": lambda r: (r.over, 1),
    "under_disclosure": lambda r: (bool(r.gold) and r.under, bool(r.gold)),
    "complete": lambda r: (bool(r.gold) and set(r.released) == set(r.gold), bool(r.gold)),
    "refusal_recall": lambda r: (not r.gold and r.refused, not r.gold and (r.refused or bool(r.released))),
    "false_refusal": lambda r: (bool(r.gold) and r.refused, bool(r.gold)),
    "clarification": lambda r: (r.clarified, 1),
    "unheard": lambda r: (not r.outcomes, 1),
    "top1": lambda r: (bool(r.gold) and r.likeliest in r.gold, bool(r.gold)),
    "f1_answerable": lambda r: (r.f1 if r.gold else 0.0, bool(r.gold)),
}
"""Numerator and denominator of one case."""


class Blocks:
    """Results grouped by scenario or sheet, and the resamples of those groups that every interval uses."""

    def __init__(self, results: Sequence[Result], seed: int = 0) -> None:
        groups: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            groups[result.block].append(result)
        self.results = tuple(results)
        self.groups = list(groups.values())
        if len(self.groups) < 2:
            self.groups = [[result] for result in results]
        generator = np.random.default_rng(seed)
        size = len(self.groups)
        self.draws: NDArray[np.int64] = generator.integers(0, size, (RESAMPLES, size)) if size else np.zeros((0, 0), np.int64)

    def share(self, measure: Count, keep: Callable[[Result], bool] = lambda _: True) -> Figure:
        """A ratio of sums, its denominator as n, and its interval."""
        counts = np.array([np.sum([measure(r) for r in group if keep(r)] or [(0.0, 0.0)], axis=0) for group in self.groups])
        if not len(counts) or not counts[:, 1].sum():
            return Figure(value=None, n=0)
        hits, n = counts.sum(axis=0)
        totals = counts[self.draws].sum(axis=1)
        totals = totals[totals[:, 1] > 0]
        low, high = np.percentile(totals[:, 0] / totals[:, 1], (2.5, 97.5))
        return Figure(value=float(hits / n), n=int(n), interval=(float(low), float(high)))

    def auroc(self) -> Figure:
        """How well the score tells answerable questions from the others."""
        value = _auroc(self.results)
        if value is None:
            return Figure(value=None, n=len(self.results))
        drawn = (_auroc([r for place in draw for r in self.groups[place]]) for draw in self.draws[:RESAMPLES_AUROC])
        known = [item for item in drawn if item is not None]
        low, high = np.percentile(known, (2.5, 97.5))
        return Figure(value=value, n=len(self.results), interval=(float(low), float(high)))

    def pairs(self) -> Figure:
        """Share of minimal pairs in which both questions got exactly what they asked for, or nothing where nothing answers."""
        found: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for result in self.results:
            if result.pair:
                found[result.block, result.pair].append(set(result.released) == set(result.gold))
        blocks: dict[str, list[bool]] = defaultdict(list)
        for (block, _), hits in found.items():
            if len(hits) > 1:
                blocks[block].append(all(hits))
        return _clustered(list(blocks.values()))


def tally(blocks: Blocks, keep: Callable[[Result], bool] = lambda _: True) -> Tally:
    """The figures over the cases to keep."""
    figures = {name: blocks.share(MEASURES[name], keep) for name in Tally.model_fields if name != "n"}
    return Tally(n=sum(map(keep, blocks.results)), **figures)


def path(results: Sequence[Result]) -> Path:
    """All figures of one way through the product."""
    blocks = Blocks(results)
    questions = Blocks([r for r in results if r.kind not in NOT_FACTS])
    kinds = sorted({r.kind for r in results})
    names = sorted({r.block for r in questions.results})
    return Path(
        overall=tally(questions),
        by_kind={kind: tally(blocks, lambda r, kind=kind: r.kind == kind) for kind in kinds},  # type: ignore[misc]
        by_scenario={name: tally(Blocks([r for r in questions.results if r.block == name])) for name in names},
        minimal_pairs=blocks.pairs(),
        auroc=questions.auroc(),
        released_on_not_a_fact=blocks.share(lambda r: (bool(r.released), 1), lambda r: r.kind in NOT_FACTS),
        factuality=blocks.share(lambda r: (r.factual, 1)),
        curve=curve(questions.results),
        misses=tuple(_miss(r) for r in results if r.over or r.under or (r.gold and set(r.gold) != set(r.released))),
    )


def outside(blocks: Blocks, keep: Callable[[Result], bool] = lambda _: True) -> OutsideFigures:
    """The figures for outside data."""
    kept = [r for r in blocks.results if keep(r)]
    names = ("top1", "f1_answerable", "over_disclosure", "under_disclosure", "refusal_recall", "false_refusal")
    figures = {name: blocks.share(MEASURES[name], keep) for name in names}
    answerable = sum(bool(r.gold) for r in kept)
    auroc = Blocks(kept).auroc()
    return OutsideFigures(n=len(kept), answerable=answerable, unanswerable=len(kept) - answerable, auroc=auroc, **figures)


def curve(results: Sequence[Result]) -> tuple[tuple[float, float, float], ...]:
    """(threshold, refusal recall, false refusal) as the demanded probability of being answerable rises."""
    answerable = np.sort([r.score for r in results if r.gold])
    others = np.sort([r.score for r in results if not r.gold])
    if not len(answerable) or not len(others):
        return ()
    points = np.linspace(0, 1, 101)
    return tuple(
        (float(t), float(np.searchsorted(others, t) / len(others)), float(np.searchsorted(answerable, t) / len(answerable)))
        for t in points
    )


def rows(tallies: Mapping[str, Tally]) -> tuple[tuple[str, ...], ...]:
    """A table: a header, then one row for each tally, cells as 'value [low, high] n'."""
    names = [name for name in Tally.model_fields if name != "n"]
    body = [(label, str(item.n), *(cell(getattr(item, name)) for name in names)) for label, item in tallies.items()]
    return (("", "n", *(name.replace("_", " ") for name in names)), *body)


def cell(figure: Figure) -> str:
    """A figure in a few characters."""
    if figure.value is None:
        return "-"
    interval = f" [{figure.interval[0]:.3f}, {figure.interval[1]:.3f}]" if figure.interval else ""
    return f"{figure.value:.3f}{interval} n={figure.n}"


def _clustered(blocks: Sequence[Sequence[bool]]) -> Figure:
    if not blocks:
        return Figure(value=None, n=0)
    counts = np.array([(sum(block), len(block)) for block in blocks], dtype=float)
    draws = np.random.default_rng(0).integers(0, len(blocks), (RESAMPLES, len(blocks)))
    totals = counts[draws].sum(axis=1)
    low, high = np.percentile(totals[:, 0] / totals[:, 1], (2.5, 97.5))
    hits, n = counts.sum(axis=0)
    return Figure(value=float(hits / n), n=int(n), interval=(float(low), float(high)))


def _auroc(results: Sequence[Result]) -> float | None:
    """Mann and Whitney's statistic, ties counted half."""
    from scipy.stats import rankdata  # 0.3 s, which the command's --help should not pay

    truth = np.array([bool(r.gold) for r in results])
    positive = int(truth.sum())
    if not positive or positive == len(truth):
        return None
    ranks = rankdata([r.score for r in results])
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * (len(truth) - positive)))


def _miss(result: Result) -> Miss:
    return Miss(
        id=result.id,
        kind=result.kind,
        question=result.question[:300],
        gold=result.gold,
        released=result.released,
        outcomes=result.outcomes,
    )
