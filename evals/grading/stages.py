"""Fits the parts of the grader that come before levels: whom a claim is about, and how deep it sounds by itself."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from agents.grader.attribution import PAIR_NAMES, Attribution
from agents.grader.cues import CUES
from agents.grader.model import Quality
from evals.grading.figures import Array
from evals.grading.material import NONE, UNKNOWN, Material

Loss = Callable[[Array], tuple[float, Array]]

PENALTY = 1.0
MANY = 40
CALMER = 1.7  # composed answers keep to their criterion more than real talk does
LESS_PADDED = 1.0  # composed interviews are padded to two fifths; in real ones talk without content is rarer (prior shift)
QUALITY_PENALTY = 60.0
STEPS, EVERY = 40, 4  # interviews of one scenario share answers: one in four says what all say
DIGITS = 5


def fit_attribution(materials: Sequence[Material]) -> Attribution:
    """The conditional logit with the smallest log loss over claims whose answer is known (L-BFGS)."""
    known = [(item.pairs[item.answered != UNKNOWN], item.answered[item.answered != UNKNOWN]) for item in materials]
    known = [(pairs, answered) for pairs, answered in known if len(answered)]
    known = known[::EVERY] if len(known) > MANY else known
    every = np.concatenate([pairs.reshape(-1, len(PAIR_NAMES)) for pairs, _ in known])
    mean, scale = every.mean(axis=0, dtype=float), np.maximum(every.std(axis=0, dtype=float), 1e-6)
    standard = [(((pairs - mean) / scale).astype(np.float32), answered) for pairs, answered in known]
    width = len(PAIR_NAMES)
    found = minimize(_choice_loss(standard), np.zeros(2 * width + 1), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    found /= CALMER
    return Attribution(
        features=PAIR_NAMES,
        mean=rounded(mean),
        scale=rounded(scale),
        weights=rounded(found[:width]),
        none_bias=round(float(found[width]) - LESS_PADDED, DIGITS),
        none_weights=rounded(found[width + 1 :]),
    )


def gram_of(item: Material) -> tuple[Array, Array]:
    """X'X and X'y of the claims of one interview, so that folds are sums."""
    known = item.answered != UNKNOWN
    lengths = np.log1p([len(claim.text.split()) for claim in item.heard.claims])
    x = np.column_stack([item.heard.vectors, np.minimum(item.heard.cues, 1), lengths, np.ones(len(lengths))])[known].astype(float)
    return x.T @ x, x.T @ np.where(item.answered == NONE, 0.0, item.depth)[known]


def solve(grams: Sequence[tuple[Array, Array]]) -> Array:
    """Ridge coefficients from summed Gram matrices; the constant is not drawn to 0."""
    left, right = np.sum([a for a, _ in grams], axis=0), np.sum([b for _, b in grams], axis=0)
    penalty = np.full(len(right), QUALITY_PENALTY)
    penalty[-1] = 1e-6
    return np.asarray(np.linalg.solve(left + np.diag(penalty), right))


def quality_of(solved: Array) -> Quality:
    """The coefficients as the grader reads them."""
    marks = len(solved) - len(CUES) - 2
    return Quality(
        direction=rounded(solved[:marks]),
        cues=rounded(solved[marks:-2]),
        length=round(float(solved[-2]), DIGITS),
        bias=round(float(solved[-1]), DIGITS),
    )


def fit_choice(x: Array, y: NDArray[np.int64], weights: Array, penalty: float) -> tuple[Array, Array]:
    """Multinomial logistic regression over levels 0 to 4 of standardised rows: weights (5, width) and bias (5,)."""
    width = x.shape[1]
    target = np.eye(5)[y]

    def loss(flat: Array) -> tuple[float, Array]:
        table = flat.reshape(5, width + 1)
        logits = x @ table[:, :-1].T + table[:, -1]
        logits -= logits.max(axis=1, keepdims=True)
        raised = np.exp(logits)
        chance = raised / raised.sum(axis=1, keepdims=True)
        gap = (chance - target) * weights[:, None]
        grad = np.column_stack([gap.T @ x + penalty * table[:, :-1], gap.sum(axis=0)])
        cost = -float((weights * np.log(chance[np.arange(len(y)), y] + 1e-12)).sum())
        return cost + penalty / 2 * float((table[:, :-1] ** 2).sum()), grad.ravel()

    found = minimize(loss, np.zeros(5 * (width + 1)), jac=True, method="L-BFGS-B", options={"maxiter": 120}).x.reshape(5, -1)
    return found[:, :-1], found[:, -1]


def rounded(values: Array) -> tuple[float, ...]:
    """Floats with the digits that a file keeps."""
    return tuple(round(float(value), DIGITS) for value in values)


def _choice_loss(known: Sequence[tuple[NDArray[np.float32], NDArray[np.int64]]]) -> Loss:
    width = len(PAIR_NAMES)
    tops = [pairs.max(axis=1) for pairs, _ in known]

    def loss(flat: Array) -> tuple[float, Array]:
        cost, grad = PENALTY * float(flat @ flat), 2 * PENALTY * flat
        for (pairs, answered), top in zip(known, tops, strict=True):
            logits = np.column_stack([pairs @ flat[:width], flat[width] + top @ flat[width + 1 :]])
            logits -= logits.max(axis=1, keepdims=True)
            raised = np.exp(logits)
            chance = raised / raised.sum(axis=1, keepdims=True)
            rows, wanted = np.arange(len(answered)), np.where(answered == NONE, chance.shape[1] - 1, answered)
            cost -= float(np.log(chance[rows, wanted] + 1e-12).sum())
            chance[rows, wanted] -= 1
            grad[:width] += chance[:, :-1].reshape(-1) @ pairs.reshape(-1, width)
            grad[width] += chance[:, -1].sum()
            grad[width + 1 :] += chance[:, -1] @ top
        return cost, grad

    return loss
