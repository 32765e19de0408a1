"""Level recovery: do simulated candidates of known levels come out in order? `python -m evals.consistency.recovery RUN_DIR`."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from agents.candidate import find_profile
from agents.record import Record
from agents.scorecard import LEVEL_OF, Scorecard
from evals.grading.figures import Figure, against, figure, whole
from evals.leakage.run import read_run
from scenarios.model import Model
from scenarios.names import LEVELS, Level


class Known(NamedTuple):
    """A graded interview of a candidate whose level is known."""

    level: Level
    scenario: str
    card: Scorecard


class RecoveryReport(Model):
    """Mean found level by known level, the share of pairs of different level that are in order, and the confusion matrix."""

    schema_version: Literal[1] = 1
    n: int
    unscored: int
    means: dict[Level, Figure]
    pairs_in_order: Figure
    means_in_order: bool
    confusion: dict[Level, tuple[int, int, int, int, int]]


def recovery(known: Sequence[Known]) -> RecoveryReport:
    """All figures; interviews without an overall level are counted apart."""
    scored = [(item, item.card.overall.level) for item in known if item.card.overall.level is not None]
    gold = np.array([LEVEL_OF[item.level] for item, _ in scored], float)
    found = np.array([level for _, level in scored], float)
    groups = [item.scenario for item, _ in scored]
    means: dict[Level, Figure] = {}
    confusion: dict[Level, tuple[int, int, int, int, int]] = {}
    for level in LEVELS:
        mine = np.flatnonzero(gold == LEVEL_OF[level])
        values = found[mine]
        means[level] = figure(lambda rows, v=values: float(v[rows].mean()), [groups[i] for i in mine])  # type: ignore[misc]
        a, b, c, d, e = np.bincount(whole(values), minlength=5).tolist()
        confusion[level] = (a, b, c, d, e)
    present = [item.value for item in means.values() if item.value is not None]
    ordered = figure(lambda rows: _in_order(gold[rows], found[rows]), groups)
    return RecoveryReport(
        n=len(known),
        unscored=len(known) - len(scored),
        means=means,
        pairs_in_order=against(ordered, "at least 90 %", at_least=0.9),
        means_in_order=len(present) > 1 and all(low < high for low, high in pairwise(present)),
        confusion=confusion,
    )


def _in_order(gold: np.ndarray, found: np.ndarray) -> float:
    apart = gold[:, None] < gold[None, :]
    return float((found[:, None] < found[None, :])[apart].mean()) if apart.any() else float("nan")


def known_of(records: Iterable[Record]) -> Iterator[Known]:
    """The graded interviews of candidates with the same skill in every area and no particular habits."""
    for record in records:
        name = str(record.settings.get("profile", ""))
        if record.scorecard is not None and name.upper() in LEVELS:
            (level,) = set(find_profile(name).skill.values())
            yield Known(level, record.scenario.id, record.scorecard)


def main() -> None:
    """Print the report on a run of `interview selfplay` as JSON."""
    sys.stdout.write(recovery(tuple(known_of(read_run(Path(sys.argv[1]))))).model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main()
