"""Bounds what a head can come to before the draft is encoded in its context, the dearest of its figures."""

from evals.leakage.second.artefact import Head

CONTEXT_FIGURES = ("in_context", "gained")


def at_most(head: Head, figures: dict[str, float], before: float) -> float:
    """The largest probability that `figures` allow, whatever the two figures of context turn out to be.

    `in_context` is a cosine c between 0 and 1. `gained` is the largest difference, over secrets, between theirs and how near
    the text before came, of which `before` is the largest: so it lies between c - `before` and c, and the rest is linear.
    """
    weights = dict(zip(head.features, head.weights, strict=True))
    lowest = before if weights.get("gained", 0.0) < 0 else 0.0
    ends = ({"in_context": cosine, "gained": cosine - lowest} for cosine in (0.0, 1.0))
    return max(head.probability(figures | end) for end in ends)
