"""Finds the quantities in a text, fractions in words included, and tells whether two of them are the same."""

import re

from agents.encoder import normalise, numbers, words

_FRACTIONS = {"half": 50.0, "third": 100 / 3, "thirds": 200 / 3, "quarter": 25.0, "quarters": 75.0, "fifth": 20.0, "tenth": 10.0}
_FRACTION = re.compile(rf"\b({'|'.join(_FRACTIONS)})\b", re.IGNORECASE)
_RATIO = re.compile(r"\b([\d.]+)\s+(?:in|out of)\s+(?:every\s+)?(?:an?\s+)?([\d.]+)\b")
_RATIO_WORDS = re.compile(r"\bone in (?=\w)", re.IGNORECASE)
_DOZEN = re.compile(r"\b(?:(a|one|two|three|four)\s+)?dozen\b", re.IGNORECASE)
_COUNT = {"a": 12, "one": 12, "two": 24, "three": 36, "four": 48}
NEAR = 0.03
ROUGHLY = 0.12


def quantities(text: str) -> frozenset[str]:
    """Canonical numbers of `text`, "50%" for "half", "~" before what was rounded in words."""
    plain = normalise(text)
    found = set(numbers(plain))
    found |= {f"~{_FRACTIONS[match[1].lower()]:.3g}%" for match in _FRACTION.finditer(plain)}
    found |= {str(_COUNT[(match[1] or "a").lower()]) for match in _DOZEN.finditer(plain)}
    spelled = _RATIO_WORDS.sub("1 in ", plain)
    canonical = " ".join(words(spelled))
    for match in _RATIO.finditer(canonical):
        over = float(match[2])
        if over > 0:
            found.add(f"~{100 * float(match[1]) / over:.3g}%")
    return frozenset(found)


def same(one: str, other: str) -> float:
    """1 if two quantities agree and say much, 0.5 if they are a single digit, 0 if they differ."""
    if one.endswith("%") != other.endswith("%"):
        return 0.0
    near = ROUGHLY if "~" in one + other else NEAR
    left, right = (float(value.strip("~%")) for value in (one, other))
    if abs(left - right) > near * abs(right):
        return 0.0
    return 1.0 if len(other.strip("~")) > 1 else 0.5
