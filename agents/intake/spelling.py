"""Corrects misspelt words against a small vocabulary: one letter more, less, other, or two swapped."""

from collections.abc import Iterable

SHORTEST, LONGEST = 5, 24
"""Shorter words are one letter from too many others; longer ones are no words."""


class Speller:
    """Knows a vocabulary; words in it, and words far from it, stay as they are."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._known = frozenset(vocabulary)
        self._near: dict[str, set[str]] = {}
        for word in sorted(self._known):
            if len(word) > SHORTEST:
                for form in (word, *_shortened(word)):
                    self._near.setdefault(form, set()).add(word)

    def corrected(self, word: str) -> str:
        """The word, or the one word of the vocabulary that it is a misspelling of."""
        lower = word.casefold()
        if not SHORTEST <= len(lower) <= LONGEST or lower in self._known:
            return word
        close = set().union(*(self._near.get(form, set()) for form in (lower, *_shortened(lower))))
        close = {known for known in close if known[0] == lower[0] and not _inflected(known, lower) and _one_edit(known, lower)}
        return close.pop() if len(close) == 1 else word


def _shortened(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _inflected(one: str, two: str) -> bool:
    """Whether the words differ in a plural or a tense only, which is no misspelling."""
    return one.rstrip("sd") == two.rstrip("sd")


def _one_edit(one: str, two: str) -> bool:
    if abs(len(one) - len(two)) > 1:
        return False
    if len(one) == len(two):
        differ = [place for place in range(len(one)) if one[place] != two[place]]
        swapped = len(differ) == 2 and one[differ[0]] == two[differ[1]] and one[differ[1]] == two[differ[0]]
        return len(differ) == 1 or swapped
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    return shorter in _shortened(longer)
