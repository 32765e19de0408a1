"""Understands a person's notes: the recruiter's structure, problems already worked, techniques to avoid, and wishes."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agents.encoder import SentenceEncoder
from agents.intake.outline import Item, descendants, outline
from agents.intake.profile import AreaPlan, Profile
from scenarios.names import AREAS, AreaId, Level

HEADING_WORDS = 6
HEADING_SIMILARITY = 0.72
TECHNIQUE_SIMILARITY = 0.7
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\s+[–—]\s+")
_LIST_PARTS = re.compile(r"\s*(?:,|;|\band also\b|\bas well as\b|\bplus\b|\band\b)\s*", re.IGNORECASE)
_LEAD = re.compile(
    r"^.*?\b(?:worked (?:through|on)|(?:gone|went|been) through|done|did|covered|solved|practi[sc]ed|finished|completed|tackled|"
    r"seen|skip|exclude|had|sat|about|on|with|again)\b:?\s+",
    re.IGNORECASE,
)


def understand(text: str, encoder: SentenceEncoder) -> Profile:
    """What `text` says; anything that is not recognised is passed over."""
    reader = _Reader(encoder)
    reader.read(outline(text))
    return reader.profile()


class _Reader:
    """Goes through the outline from top to bottom and collects what it recognises."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._areas: dict[AreaId, AreaPlan] = {}
        self._excluded: list[str] = []
        self._avoid: list[str] = []
        self._prose: list[str] = []

    def read(self, items: tuple[Item, ...]) -> None:
        position = 0
        while position < len(items):
            item = items[position]
            following = items[position + 1 :]
            area = self._area_heading(item, following)
            if area and area not in self._areas:
                points, used = _points(item, following)
                self._areas[area] = AreaPlan(area=area, heading=item.text.strip(" :#*"), points=points)
                position += used
            elif _any(item.text, "worked") and (listed := _listed(item, following)):
                self._worked_list(listed)
                position += len(listed) if not item.children else 0
            else:
                for line in (item.text, *descendants(item)):
                    self._sentences(line)
            position += 1

    def profile(self) -> Profile:
        prose = " ".join(self._prose)
        return Profile(
            areas=tuple(self._areas[area] for area in AREAS if area in self._areas),
            excluded=tuple(dict.fromkeys(self._excluded)),
            avoid=tuple(dict.fromkeys(self._avoid)),
            short_turns=any(_any(sentence, "short_turns") for sentence in self._prose),
            outside_company_welcome=any(_any(sentence, "outside") for sentence in self._prose),
            company=next((name for name in cues()["companies"] if re.search(rf"\b{name}\b", prose, re.IGNORECASE)), None),
            level=_level(prose),
        )

    def _area_heading(self, item: Item, following: tuple[Item, ...]) -> AreaId | None:
        title = item.text.strip(" :#*").lower()
        if len(title.split()) > HEADING_WORDS or not (item.children or _listed(item, following)):
            return None
        headings: dict[AreaId, list[str]] = cues()["area_headings"]
        for area, names in headings.items():
            if title in names:
                return area
        vector = self._encoder.encode([title])[0]
        best = {area: float((self._encoder.encode(names) @ vector).max()) for area, names in headings.items()}
        area = max(best, key=lambda name: best[name])
        return area if best[area] >= HEADING_SIMILARITY else None

    def _worked_list(self, listed: Iterable[str]) -> None:
        for line in listed:
            if not self._avoidance(line):
                self._excluded.append(line)

    def _sentences(self, line: str) -> None:
        for sentence in _SENTENCE.split(line):
            self._prose.append(sentence)
            if self._avoidance(sentence):
                continue
            if _any(sentence, "worked"):
                rest = _LEAD.sub("", sentence).strip(" .:")
                self._excluded.extend(part for part in (rest, *_LIST_PARTS.split(rest)) if len(part) > 3)

    def _avoidance(self, sentence: str) -> bool:
        """Whether `sentence` wishes a technique away; notes it if so."""
        if not _any(sentence, "avoid"):
            return False
        found = techniques_in(sentence, self._encoder)
        self._avoid.extend(found)
        return bool(found)


def techniques_in(text: str, encoder: SentenceEncoder) -> tuple[str, ...]:
    """Technique ids that `text` names, by words or by meaning."""
    words = re.findall(r"[a-z]+", text.lower())
    spans = [" ".join(words[start : start + size]) for size in (2, 3, 4, 5) for start in range(max(1, len(words) - size + 1))][
        :200
    ]
    found = []
    for technique, wordings in cues()["techniques"].items():
        named = any(wording in text.lower() for wording in wordings)
        if named or (spans and float((encoder.encode(spans) @ encoder.encode(wordings).T).max()) >= TECHNIQUE_SIMILARITY):
            found.append(technique)
    return tuple(found)


def _points(item: Item, following: tuple[Item, ...]) -> tuple[tuple[str, ...], int]:
    """The points under a heading, and how many following items they took."""
    if item.children:
        return descendants(item), 0
    listed = _listed(item, following)
    return listed, len(listed)


def _listed(item: Item, following: tuple[Item, ...]) -> tuple[str, ...]:
    """What is listed below a heading: its children, or the bullets that follow a line which is not one itself."""
    if item.children:
        return tuple(child.text for child in item.children)
    if item.bullet:
        return ()
    listed = []
    for line in following:
        if not line.bullet:
            break
        listed.append(line.text)
    return tuple(listed)


def _level(prose: str) -> Level | None:
    match = re.search(cues()["level"], prose, re.IGNORECASE)
    if match:
        levels: dict[str, Level] = {"4": "IC4", "5": "IC5", "6": "IC6", "7": "IC7"}
        return levels[match.group(1)]
    return "IC6" if re.search(cues()["staff"], prose, re.IGNORECASE) else None


def _any(text: str, cue: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in cues()[cue])


@cache
def cues() -> dict[str, Any]:
    """The recognition patterns of cues.yaml."""
    document: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cues.yaml").read_text(encoding="utf-8"))
    return document
