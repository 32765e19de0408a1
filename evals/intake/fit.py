"""Fits the weights of agents/intake/stance.json on the fitting notes, after cross-validation: `python -m evals.intake.fit`."""

import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import KFold

from agents.encoder import packaged_encoder
from agents.intake.stance import ARTEFACT, CUES, Artefact, Direction, Question, Spoken, Weights, direction, features, names
from agents.intake.understand import Heard, hear, profile_of
from evals.intake.cases import FITTING, Case, load
from evals.intake.score import OUTLIERS, Report, Understood, report

Numbers = NDArray[np.float64]

FOLDS = 10
PENALTY: Mapping[Question, float] = {"excluded": 2.0, "avoided": 1.0}
"""L2: strong, as there are about as many features as notes of each kind."""


class Row(NamedTuple):
    """What is said of one problem or technique in one case, and whether it is to be left out."""

    spoken: tuple[Spoken, ...]
    left_out: bool


def main() -> None:
    """Print the cross-validated reports as JSON, fit on everything and write the artefact."""
    encoder = packaged_encoder()
    cases = [case for path in FITTING for case in load(path)]
    heard = [hear(case.notes, encoder) for case in cases]
    known = len(load(FITTING[0]))
    found = cross_validate(cases, heard)
    for name, part in (("dev", found[:known]), ("authored", found[known:])):
        sys.stdout.write(f'"{name}": {summary(report(part))}\n')
    ARTEFACT.write_text(fit(cases, heard).model_dump_json(indent=1) + "\n", encoding="utf-8")


def summary(measured: Report) -> str:
    """The report as JSON, times left out: nothing was timed."""
    return measured.model_dump_json(indent=2, exclude={"milliseconds_p50", "milliseconds_max"})


def cross_validate(cases: Sequence[Case], heard: Sequence[Heard], folds: int = FOLDS) -> list[Understood]:
    """Each case by weights that were fitted without it; what counts as a mention and as a cue has seen all of them."""
    found: dict[int, Understood] = {}
    for train, held_out in KFold(folds, shuffle=True, random_state=0).split(cases):
        fitted = fit([cases[i] for i in train], [heard[i] for i in train])
        for i in held_out:
            profile = profile_of(heard[i], fitted)
            found[i] = Understood(case=cases[i], profile=profile, excluded=profile.excluded, milliseconds=0)
    return [found[i] for i in range(len(cases))]


def fit(cases: Sequence[Case], heard: Sequence[Heard]) -> Artefact:
    """Fit both questions on these cases."""
    return Artefact(
        training_sha256=hashlib.sha256("\n".join(case.model_dump_json() for case in cases).encode()).hexdigest(),
        training_notes=len(cases),
        cues_sha256=hashlib.sha256(CUES.read_bytes()).hexdigest(),
        excluded=_weights("excluded", list(_problems(cases, heard))),
        avoided=_weights("avoided", list(_techniques(cases, heard))),
    )


def _problems(cases: Sequence[Case], heard: Sequence[Heard]) -> Iterator[Row]:
    for case, said in zip(cases, heard, strict=True):
        for problem, spoken in said.problems.items():
            yield Row(spoken, problem in case.excluded)


def _techniques(cases: Sequence[Case], heard: Sequence[Heard]) -> Iterator[Row]:
    for case, said in zip(cases, heard, strict=True):
        if OUTLIERS in said.techniques:
            yield Row(said.techniques[OUTLIERS], case.avoid_outlier)


def _weights(question: Question, rows: Sequence[Row]) -> Weights:
    columns = names(question)
    matrix = np.array([[found.get(name, 0.0) for name in columns] for found in (features(question, row.spoken) for row in rows)])
    left_out = np.array([row.left_out for row in rows], dtype=np.float64)
    bounds = [(None, None), *(_bounds(direction(question, name)) for name in columns)]
    fitted = minimize(_loss, np.zeros(1 + len(columns)), (matrix, left_out, PENALTY[question]), jac=True, bounds=bounds).x
    weights = {name: round(float(weight), 3) for name, weight in zip(columns, fitted[1:], strict=True)}
    return Weights(intercept=round(float(fitted[0]), 3), weights={name: w for name, w in weights.items() if w})


def _bounds(sign: Direction | None) -> tuple[float | None, float | None]:
    return (None, None) if sign is None else (0.0, None) if sign > 0 else (None, 0.0)


def _loss(weights: Numbers, matrix: Numbers, left_out: Numbers, penalty: float) -> tuple[float, Numbers]:
    """Logistic loss with an L2 penalty on all but the intercept, and its gradient."""
    scores = weights[0] + matrix @ weights[1:]
    errors = 1 / (1 + np.exp(-scores)) - left_out
    loss = float(np.logaddexp(0, scores).sum() - left_out @ scores + penalty * weights[1:] @ weights[1:] / 2)
    return loss, np.concatenate([[errors.sum()], matrix.T @ errors + penalty * weights[1:]])


if __name__ == "__main__":
    main()
