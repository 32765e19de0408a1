"""Recognises the recruiter's structure: the assessed areas, as headings with points or as an enumeration in one sentence."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from agents.intake.cues import cues
from agents.intake.outline import Item
from agents.intake.profile import AreaPlan
from scenarios.names import AREAS, AreaId

MIN_HEADINGS = 3
MIN_ENUMERATED = 4
"""Fewer than so many areas named side by side are talk about data and metrics, not a structure."""
GAP = 45
"""Characters between two areas of one enumeration: room for "and in the end", not for a sentence about each."""
_NUMBER = re.compile(r"^(?:\(?[a-z1-9][.):]\s*|[1-9#]\d?\.?\s+|[-*•]\s*|#+\s*|\W+)+", re.IGNORECASE)
_HEAD_END = re.compile(r"\s*(?:\([^)]*\)|&[^:]*|and \w+|\+ \w+)?\s*(?:$|[:=]|\s[-–—]|[–—]|->|\.$)")


class _Found(NamedTuple):
    area: AreaId
    heading: str
    start: int
    end: int


def areas_in(lines: Sequence[Item]) -> tuple[AreaPlan, ...]:
    """The areas that the notes name as a structure, in the product's order; empty if they name none."""
    plans = _headed(lines)
    if len(plans) < MIN_ENUMERATED:
        for line in lines:
            named = _enumerated(line.text)
            if len(named) > len(plans):
                plans = named | plans
    return tuple(plans[area] for area in AREAS if area in plans)


def names_area(text: str) -> bool:
    """Whether a line is the heading of an area or names several side by side, so that "metrics" is no problem's name."""
    return _head(text) is not None or bool(_enumerated(text))


def _headed(lines: Sequence[Item]) -> dict[AreaId, AreaPlan]:
    """Lines that begin with the name of an area, each with the lines below it."""
    plans: dict[AreaId, AreaPlan] = {}
    position = 0
    while position < len(lines):
        head = _head(lines[position].text)
        position += 1
        if head is None:
            continue
        area, heading, rest = head
        first = position
        while position < len(lines) and _below(lines[first - 1], lines[position], lines[position - 1]):
            position += 1
        points = tuple(filter(None, (rest, *(line.text for line in lines[first:position]))))
        if area not in plans or len(points) > len(plans[area].points):
            plans[area] = AreaPlan(area=area, heading=heading, points=points)
    return plans if len(plans) >= MIN_HEADINGS else {}


def _below(head: Item, line: Item, before: Item) -> bool:
    if line.depth > head.depth:
        return True
    listed = line.bullet and not head.bullet and line.depth == head.depth
    return listed and not (line.after_blank and before.bullet) and _head(line.text) is None


def _head(text: str) -> tuple[AreaId, str, str] | None:
    """The area, its heading and what follows the heading on the line, if the line begins with an area."""
    plain = _NUMBER.sub("", text)
    for area, pattern in _patterns().items():
        found = pattern.match(plain)
        end = _HEAD_END.match(plain, found.end()) if found else None
        if end:
            return area, plain[: end.end()].strip(" :#*=-–—.>"), plain[end.end() :].strip()
    return None


def _enumerated(text: str) -> dict[AreaId, AreaPlan]:
    """The longest run of different areas that stand side by side in one sentence, problem navigation among them."""
    found = sorted(
        (
            _Found(area, match[0], match.start(), match.end())
            for area, pattern in _patterns().items()
            for match in pattern.finditer(text)
        ),
        key=lambda item: item.start,
    )
    best: dict[AreaId, AreaPlan] = {}
    run: dict[AreaId, AreaPlan] = {}
    end = -GAP
    for item in found:
        if item.start < end:
            continue
        if item.start - end > GAP or item.area in run:
            run = {}
        run = run | {item.area: AreaPlan(area=item.area, heading=item.heading)}
        best = max(best, run, key=len)
        end = item.end
    return best if len(best) >= MIN_ENUMERATED and "navigation" in best else {}


@cache
def _patterns() -> Mapping[AreaId, re.Pattern[str]]:
    names: dict[AreaId, list[str]] = cues()["areas"]
    return {area: re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE) for area, patterns in names.items()}
