"""Turns free notes into an outline: lines with their depth, bullet or not, and the lines below them."""

import re
from typing import NamedTuple

_BULLET = re.compile(r"^(?:[-*•‣–+]|\d{1,2}[.)])\s+")
_TAB = 4
MAX_LINES = 5000


class Item(NamedTuple):
    """One line of the notes; `children` are the more deeply indented lines that follow it."""

    text: str
    depth: int
    bullet: bool
    after_blank: bool
    children: tuple["Item", ...] = ()


def outline(text: str) -> tuple[Item, ...]:
    """The top-level items of `text`; the first 5,000 lines count."""
    flat = []
    blank = False
    for raw in text.splitlines()[:MAX_LINES]:
        line = raw.expandtabs(_TAB)
        body = line.strip()
        if not body:
            blank = True
            continue
        bullet = bool(_BULLET.match(body))
        flat.append(Item(_BULLET.sub("", body).strip(), len(line) - len(line.lstrip()), bullet, blank))
        blank = False
    return _nest(flat)


def descendants(item: Item) -> tuple[str, ...]:
    """The texts of everything below `item`, in order."""
    found: list[str] = []
    stack = list(reversed(item.children))
    while stack:
        child = stack.pop()
        found.append(child.text)
        stack.extend(reversed(child.children))
    return tuple(found)


def _nest(flat: list[Item]) -> tuple[Item, ...]:
    """Group lines under the nearest line above that is indented less; two passes from the bottom, no recursion."""
    pending: list[Item] = []
    for item in reversed(flat):
        children = []
        while pending and pending[-1].depth > item.depth:
            children.append(pending.pop())
        pending.append(item._replace(children=tuple(children)))
    return tuple(reversed(pending))
