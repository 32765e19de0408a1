"""Gradient-boosted trees as readable lists, evaluated with numpy."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from scenarios.model import Model

LEAF = -1


class Tree(Model):
    """One tree by node, the root first: go left where a feature is at most the threshold; a leaf has feature -1 and a value."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        nodes = len(self.feature)
        if {len(self.threshold), len(self.left), len(self.right), len(self.value)} != {nodes}:
            raise ValueError("a tree's lists differ in length")
        for node, feature in enumerate(self.feature):
            if feature != LEAF and not (node < self.left[node] < nodes and node < self.right[node] < nodes):
                raise ValueError(f"node {node} of a tree does not lead to nodes that come after it")
        return self


class Boosted(Model):
    """Log-odds: a baseline, and what each tree adds to it."""

    features: tuple[str, ...]
    baseline: float
    trees: tuple[Tree, ...]


@dataclass(frozen=True)
class Forest:
    """All trees of a model side by side, (trees, nodes)."""

    baseline: float
    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: NDArray[np.float64]

    @classmethod
    def of(cls, boosted: Boosted) -> Self:
        """The arrays of a model; leaves lead to themselves."""
        size = max(len(tree.feature) for tree in boosted.trees)
        shape = (len(boosted.trees), size)
        feature, threshold, value = np.zeros(shape, np.intp), np.zeros(shape), np.zeros(shape)
        left, right = (np.tile(np.arange(size), (len(boosted.trees), 1)) for _ in range(2))
        for row, tree in enumerate(boosted.trees):
            nodes = len(tree.feature)
            inner = np.array(tree.feature) != LEAF
            feature[row, :nodes] = np.where(inner, tree.feature, 0)
            threshold[row, :nodes], value[row, :nodes] = tree.threshold, tree.value
            left[row, :nodes] = np.where(inner, tree.left, left[row, :nodes])
            right[row, :nodes] = np.where(inner, tree.right, right[row, :nodes])
        return cls(boosted.baseline, feature, threshold, left, right, value)

    def log_odds(self, row: NDArray[np.float64]) -> float:
        """What the model says of one row of features, finite or not."""
        trees = np.arange(len(self.feature))
        node = np.zeros(len(self.feature), np.intp)
        while True:
            below = row[self.feature[trees, node]] <= self.threshold[trees, node]
            following = np.where(below, self.left[trees, node], self.right[trees, node])
            if (following == node).all():
                return self.baseline + float(self.value[trees, node].sum())
            node = following
