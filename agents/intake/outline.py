"""Turns free notes into an outline: lines with their depth, bullet or not, and the lines below them."""

import re
from typing import NamedTuple

_BULLET = re.compile(r"^(?:[-*•‣–+]|\d{1,2}[.)])\s+")
_LABELLED = re.compile(r"^[^.,;:=]{1,30}(?:[:=]|\s[-–—])(?:\s|$)")
_TAB = 4
MAX_LINES = 5000
_WRAPPED = 55


class Item(NamedTuple):
    """One line of the notes; `children` are the more deeply indented lines that follow it."""

    text: str
    depth: int
    bullet: bool
    after_blank: bool
    children: tuple["Item", ...] = ()


def outline(text: str) -> tuple[Item, ...]:
    """The top-level items of `text`; the first 5,000 lines count."""
    return _nest(list(lines_of(text)))


def lines_of(text: str) -> tuple[Item, ...]:
    """The lines of `text` one after the other, empty ones left out; the first 5,000 lines count."""
    flat: list[Item] = []
    blank = False
    for raw in text.splitlines()[:MAX_LINES]:
        line = raw.expandtabs(_TAB)
        body = line.strip()
        if not body:
            blank = True
            continue
        bullet = bool(_BULLET.match(body))
        flat.append(Item(_BULLET.sub("", body).strip() or body, len(line) - len(line.lstrip()), bullet, blank))
        blank = False
    return tuple(flat)


def unwrapped(lines: tuple[Item, ...]) -> tuple[Item, ...]:
    """Lines that a text editor broke in mid-sentence are put together again."""
    joined: list[Item] = []
    width = 0
    for line in lines:
        goes_on = line.text[0].islower() and not (line.bullet or line.after_blank or _LABELLED.match(line.text))
        if joined and width >= _WRAPPED and goes_on and joined[-1].text[-1] not in ".!?:;":
            joined[-1] = joined[-1]._replace(text=f"{joined[-1].text} {line.text}")
        else:
            joined.append(line)
        width = len(line.text)
    return tuple(joined)


def _nest(flat: list[Item]) -> tuple[Item, ...]:
    """Group lines under the nearest line above that is indented less; two passes from the bottom, no recursion."""
    pending: list[Item] = []
    for item in reversed(flat):
        children = []
        while pending and pending[-1].depth > item.depth:
            children.append(pending.pop())
        pending.append(item._replace(children=tuple(children)))
    return tuple(reversed(pending))
