"""Tells which area a turn is about and how far each area has been talked through, from public text alone."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from agents.coverage.protocol import Talk
from agents.dialogue import words
from agents.encoder import SentenceEncoder
from agents.interviewer.protocol import Coverage
from scenarios.brief import Brief
from scenarios.names import AREAS, AreaId

THIN_WORDS = 25
COVERED_WORDS = 110
MAX_SENTENCES = 24
MARGIN = 0.03
_SENTENCE = re.compile(r"(?<=[.!?\n])\s+")


class CoverageMeter:
    """Nearest public area by sentence embedding; knows the brief's area descriptions, never the rubric."""

    def __init__(self, brief: Brief, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.areas: tuple[AreaId, ...] = tuple(area.id for area in brief.areas)
        described = {area.id: area.description for area in brief.areas}
        texts = {area: (described[area], *prototypes()[area]) for area in self.areas}
        encoder.encode_corpus([line for lines in texts.values() for line in lines], f"coverage-{brief.id}")
        self._vectors = {area: encoder.encode(list(lines)) for area, lines in texts.items()}

    def talk(self, text: str) -> Talk:
        """Words of `text` by the area they are about; sentences too short or too unclear count nowhere."""
        sentences = [part.strip() for part in _SENTENCE.split(text[:8000]) if words(part) >= 4][:MAX_SENTENCES]
        counted: Talk = {}
        if not sentences:
            return counted
        scores = self._scores(self._encoder.encode(sentences))
        for sentence, row in zip(sentences, scores, strict=True):
            order = np.argsort(-row, kind="stable")
            if row[order[0]] - row[order[1]] >= MARGIN or len(self.areas) == 1:
                area = self.areas[int(order[0])]
                counted[area] = counted.get(area, 0) + words(sentence)
        return counted

    def _scores(self, vectors: np.ndarray) -> np.ndarray:
        columns = []
        for area in self.areas:
            similarity = vectors @ self._vectors[area].T
            top = np.sort(similarity, axis=1)[:, -2:]
            columns.append(top.mean(axis=1))
        return np.stack(columns, axis=1) if len(columns) > 1 else np.pad(columns[0][:, None], ((0, 0), (0, 1)))


def coverage_of(talk: Talk, areas: tuple[AreaId, ...]) -> Coverage:
    """`no` under 25 words, `thin` under 110, else `yes`."""
    return {area: "no" if talk.get(area, 0) < THIN_WORDS else "thin" if talk[area] < COVERED_WORDS else "yes" for area in areas}


def leading_area(talk: Talk) -> AreaId | None:
    """The area that most words are about, the earlier area on a tie; None if there are none."""
    if not talk:
        return None
    return max(AREAS, key=lambda area: talk.get(area, 0))


def add(one: Talk, other: Talk) -> Talk:
    """Sum of two counts."""
    return {area: one.get(area, 0) + other.get(area, 0) for area in AREAS if area in one or area in other}


@cache
def prototypes() -> dict[AreaId, tuple[str, ...]]:
    """General sentences by area, from prototypes.yaml."""
    text = (Path(__file__).parent / "prototypes.yaml").read_text(encoding="utf-8")
    return {area: tuple(lines) for area, lines in yaml.safe_load(text).items()}
