"""Tells questions that point at what a sheet can't know: a place in a list never read out, or which of two things "it" is."""

import re
from collections.abc import Collection

from agents.encoder import normalise, words
from agents.facts.cues import content

_NAMES = """
    first second third fourth fifth sixth seventh eighth ninth tenth next last other another former latter same previous
"""
_PLACES = frozenset(_NAMES.split())
_POINTED = frozenset(stem for word in _PLACES for stem in content(word))
_IT_IS_ONE_OF = re.compile(
    r"^(?:(?:and|so|ok|okay|well|then|but)[, ]+)*(?:is|are|was|were|does|do|did|would|will|should|could|must)(?:n't)? "
    r"(?:it|this|that|they|these|those|the (?:answer|solution|trick|key))\b(?P<one>.*)\bor\b(?P<other>.*)$"
)


def points_only(question: str) -> bool:
    """The question names nothing but a place in a list: "and the fourth?"."""
    return bool(_PLACES & set(words(question))) and not set(content(question)) - _POINTED


def alternatives(question: str) -> tuple[frozenset[str], ...]:
    """What "it" may be in "is it A or B?", as stems of each; empty if the question is of another form."""
    found = _IT_IS_ONE_OF.match(normalise(question).lower())
    if not found:
        return ()
    sides = (frozenset(content(found[side])) for side in ("one", "other"))
    return tuple(side for side in sides if side)


def guesses(question: str, held: Collection[str]) -> bool:
    """The question offers a choice of which the words `held` do not know each side: it tries something out."""
    return any(not side & set(held) for side in alternatives(question))
