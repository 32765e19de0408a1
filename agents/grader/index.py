"""The rubric and reference as vectors and word weights, made once for each scenario."""

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.encoder import DIMENSIONS, SentenceEncoder, Vectors, numbers, terms
from agents.grader.claims import sentences
from scenarios.reference import Reference
from scenarios.rubric import Criterion, Rubric

Array = NDArray[np.float64]
ROLES = ("title", "below", "ic5", "ic6", "ic7")


@dataclass(frozen=True)
class CriterionIndex:
    """One criterion: unit vectors of its title, anchors and evidence, and the terms and figures of what earns credit."""

    criterion: Criterion
    anchors: Vectors
    evidence: Vectors
    terms: Mapping[str, frozenset[str]]
    figures: frozenset[str]

    @cached_property
    def positive(self) -> Vectors:
        """Everything that talk about this criterion sounds like: title, IC5, IC6, IC7 and the evidence."""
        return np.concatenate([self.anchors[[0, 2, 3, 4]], self.evidence])


@dataclass(frozen=True)
class RubricIndex:
    """All criteria of a rubric with word weights, and the sentences and figures of the reference."""

    criteria: tuple[CriterionIndex, ...]
    weights: Mapping[str, float]
    figures: frozenset[str]
    solution: Vectors

    def rarity(self, words: frozenset[str]) -> float:
        """Summed weight of the terms, the same in any order; a term that the rubric never uses counts as the rarest."""
        return math.fsum(self.weights.get(word, self.rarest) for word in words)

    @cached_property
    def rarest(self) -> float:
        """Weight of a term that occurs once, or never."""
        return max(self.weights.values(), default=1.0)


def build_index(rubric: Rubric, reference: Reference, encoder: SentenceEncoder) -> RubricIndex:
    """Encode every text of rubric and reference; on disk the vectors are kept by the cached encoder."""
    texts = [text for criterion in rubric.criteria for text in _texts(criterion)]
    solution = [line for part in reference.answer for line in sentences(part.text)]
    solution += [wording for concept in reference.concepts for wording in concept.wordings]
    every = list(dict.fromkeys(texts + solution))
    rows = dict(zip(every, encoder.encode_corpus(every, f"grader-{hash_of(every)}"), strict=True))
    criteria = tuple(_criterion(item, rows) for item in rubric.criteria)
    figures = frozenset(figure for line in solution for figure in numbers(line))
    known = np.stack([rows[line] for line in solution]) if solution else np.zeros((0, DIMENSIONS), np.float32)
    return RubricIndex(criteria, _weights(texts + solution), figures, known)


def hash_of(texts: Sequence[str]) -> int:
    """A number that stays the same between runs for the same texts."""
    return zlib.crc32("\n".join(texts).encode())


def _texts(criterion: Criterion) -> list[str]:
    anchors = criterion.anchors
    return [criterion.title, anchors.below, anchors.ic5, anchors.ic6, anchors.ic7, *criterion.evidence, *criterion.alternatives]


def _criterion(criterion: Criterion, rows: Mapping[str, Vectors]) -> CriterionIndex:
    lines = _texts(criterion)
    anchors = np.stack([rows[line] for line in lines[:5]])
    evidence = np.stack([rows[line] for line in lines[5:]])
    words = {role: frozenset(terms(line)) for role, line in zip(ROLES, lines, strict=False)}
    words["evidence"] = frozenset(word for line in lines[5:] for word in terms(line))
    figures = frozenset(figure for line in lines[2:] for figure in numbers(line))
    return CriterionIndex(criterion, anchors, evidence, words, figures)


def _weights(texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency over the scenario's own texts."""
    seen = Counter(word for text in texts for word in set(terms(text)))
    return {word: math.log(1 + len(texts) / (1 + count)) for word, count in seen.items()}
