"""Names ids after text."""

import re
import unicodedata

from agents.encoder import STOP_WORDS

WORDS, LENGTH = 5, 48
MAGNITUDES = frozenset(["thousand", "million", "billion", "per", "cent", "percent", "ms", "there"])


def slug(text: str) -> str:
    """An id out of the first content words of `text`; empty if it holds no letters, and never a number of the text."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    found = [word for word in re.findall(r"[a-z]+", plain) if word not in STOP_WORDS | MAGNITUDES and len(word) > 1]
    return "-".join((found or re.findall(r"[a-z]+", plain))[:WORDS])[:LENGTH].strip("-")


def unique(name: str, taken: set[str]) -> str:
    """`name`, with a number if it is taken already; it counts as taken from now on."""
    number = 1
    result = name
    while result in taken:
        number += 1
        result = f"{name}-{number}"
    taken.add(result)
    return result
