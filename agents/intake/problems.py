"""Finds where a text names a problem of the catalogue, by its nicknames, by its aliases' words, or by meaning."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import yaml

from agents.encoder import SentenceEncoder, Vectors
from agents.intake.spelling import LONGEST, Speller
from scenarios.catalog import Card

Name: TypeAlias = tuple[frozenset[str], ...]

REACH = 6
"""Words of a nickname lie at most so many words apart."""
SAME_MEANING = 0.66
"""Cosine from which a phrase is another wording of a problem; below it, phrases of another subject come near too often."""
CLEAR_LEAD = 0.06
SHORT_ITEM = 4
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_COMMA = re.compile(r"\s*[,/;&()\[\]|\"]\s*|\s+(?:\+|then|plus|or|as well as|aka)\s+")
_AND = re.compile(r"\s+(?:and|then|\+|nor|n)\s+", re.IGNORECASE)
_NOUN = re.compile(r"^(?:ones?|problems?|questions?|mocks?|cases?|tasks?|scenarios?|topic|interview|prompt)$", re.IGNORECASE)
_EDGE = re.compile(
    r"^(?:(?:i|i've|we|we've|have|had|did|do|done|been|already|also|through|worked|on|the|a|an|my|one|problem|question|question|"
    r"gone|went|practi[sc]ed|solved|covered|finished|tried|with|please|no|not|skip|and|about|of|for|to|in|it|that|this|first|"
    r"second|third|last|week|is|was|are|never|haven't|problem|twice|mock|today|yesterday|then|\d+x?)\b\s*)+",
    re.IGNORECASE,
)


class Mention(NamedTuple):
    """A place that names a problem; `bare` if the name is a common word that could mean something else."""

    card: str
    bare: bool


class ProblemFinder:
    """Recognises the problems of `cards`; phrases are encoded when neither nickname nor alias decides."""

    def __init__(self, cards: Sequence[Card], encoder: SentenceEncoder) -> None:
        self._cards = cards
        self._encoder = encoder
        known = nicknames()
        self._names = [
            (card.id, tuple(map(frozenset, name))) for card in cards for name in known.get(card.id, {}).get("names", ())
        ]
        self._bare = [(card.id, (frozenset([word]),)) for card in cards for word in known.get(card.id, {}).get("bare", ())]
        self._patterns = frozenset().union(*(group for _, name in (*self._names, *self._bare) for group in name))
        self._speller = Speller(_vocabulary(cards, known))
        self._fitting: dict[str, frozenset[str]] = {}
        self._wordings: tuple[list[str], Vectors] | None = None

    def mentions(self, clause: str, *, listed: bool, deep: bool) -> tuple[Mention, ...]:
        """Problems that a clause names; `listed` lets bare names count, `deep` lets phrases be compared by meaning."""
        found: dict[str, Mention] = {}
        for chunk in filter(None, _COMMA.split(clause)):
            parts = [part for part in _AND.split(chunk) if part]
            named = [self._named(part) for part in parts]
            here = set().union(*named) if named else set()
            if not here and len(parts) > 1:
                here = self._named(chunk)
            for part, names in zip(parts, named, strict=True):
                if names:
                    continue
                bare = self._bare_in(part, listed=listed)
                for card in bare if not here or listed else ():
                    found.setdefault(card, Mention(card, bare=True))
                if not bare and deep:
                    here = here | self._meant(part)
            if not here and deep and len(parts) > 1:
                here = self._meant(chunk)
            for card in here:
                found[card] = Mention(card, bare=False)
        return tuple(found.values())

    def meant_by(self, wording: str) -> frozenset[str]:
        """Ids of the problems that one wording, given on its own as a problem, names."""
        return frozenset(mention.card for mention in self.mentions(wording, listed=True, deep=True))

    def _named(self, text: str) -> set[str]:
        words = self._words(text)
        return {card for card, name in self._names if _close_together(name, words)} if any(words) else set()

    def _bare_in(self, text: str, *, listed: bool) -> set[str]:
        """Bare names in a short list item, or directly before "one" or "problem"."""
        words = self._words(text)
        if not (listed and len(_EDGE.sub("", text).split()) <= SHORT_ITEM):
            spoken = _WORD.findall(text)
            words = [word for word, after in zip(words, spoken[1:], strict=False) if _NOUN.match(after)]
        return {card for card, name in self._bare if _close_together(name, words)} if any(words) else set()

    def _words(self, text: str) -> list[frozenset[str]]:
        """For each word, spelt rightly, the words of names that it fits."""
        return [self._fits(word) for word in _WORD.findall(text)]

    def _fits(self, word: str) -> frozenset[str]:
        if word not in self._fitting:
            spelt = self._speller.corrected(word)
            lower = spelt.casefold()
            forms = {spelt, lower, *(f"{lower[:end]}~" for end in range(2, min(len(lower), LONGEST) + 1))}
            self._fitting[word] = self._patterns & forms
        return self._fitting[word]

    def _meant(self, part: str) -> set[str]:
        """The problem that a phrase of at least two words is another wording of, if one is clearly nearest."""
        phrase = _EDGE.sub("", part).strip()
        if not 2 <= len(phrase.split()) <= 14:
            return set()
        owners, vectors = self._corpus()
        cosine = vectors @ self._encoder.encode([phrase])[0]
        best: dict[str, float] = {}
        for owner, value in zip(owners, cosine, strict=True):
            best[owner] = max(best.get(owner, -1.0), float(value))
        ranked = sorted(best.values(), reverse=True)
        clear = len(ranked) == 1 or ranked[0] - ranked[1] >= CLEAR_LEAD
        return {max(best, key=lambda card: best[card])} if clear and ranked[0] >= SAME_MEANING else set()

    def _corpus(self) -> tuple[list[str], Vectors]:
        if self._wordings is None:
            pairs = [(card.id, text) for card in self._cards for text in (card.title, card.summary, *card.aliases)]
            vectors = self._encoder.encode_corpus([text for _, text in pairs], "problems") if pairs else np.zeros((0, 384), "f4")
            self._wordings = [owner for owner, _ in pairs], vectors
        return self._wordings


def _close_together(name: Name, words: Sequence[frozenset[str]]) -> bool:
    """Whether one word of every group of `name` occurs, the second within REACH words of the first."""
    places = [[place for place, fits in enumerate(words) if fits and not group.isdisjoint(fits)] for group in name]
    if len(places) == 1:
        return bool(places[0])
    return any(0 < abs(one - two) <= REACH for one, two in product(*places))


def _vocabulary(cards: Sequence[Card], known: dict[str, Any]) -> set[str]:
    """Words that a misspelt word may be meant for: those of the problems' names and aliases."""
    texts = [text for card in cards for text in (card.title, *card.aliases)]
    listed = [word for names in known.values() for name in (*names["names"], [names["bare"]]) for group in name for word in group]
    return {word.casefold() for text in (*texts, *listed) for word in _WORD.findall(text)}


@cache
def nicknames() -> dict[str, Any]:
    """The names of nicknames.yaml by scenario id."""
    document: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "nicknames.yaml").read_text(encoding="utf-8"))
    return document
