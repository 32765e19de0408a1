"""Jots down while the candidate talks which claims touch which criterion, by their words alone."""

import math
from collections import Counter

from agents.dialogue import Utterance
from agents.encoder import terms
from agents.grader.claims import claims_in
from agents.grader.hygiene import noise_in
from agents.record import Note
from scenarios.rubric import Rubric

MAX_NOTES, MAX_QUOTE_CHARS = 6, 400
TOUCHES = 0.15


class Jotter:
    """Holds the words of each criterion, and how rare each word is among the criteria."""

    def __init__(self, rubric: Rubric) -> None:
        lines = {item.id: " ".join((item.title, *item.evidence, item.anchors.ic6)) for item in rubric.criteria}
        self._words = {name: frozenset(terms(line)) for name, line in lines.items()}
        seen = Counter(word for own in self._words.values() for word in own)
        self._rarity = {word: math.log(1 + len(lines) / count) for word, count in seen.items()}

    def jot(self, turn: Utterance) -> tuple[Note, ...]:
        """The claims of one turn that share rare words with a criterion, strongest first."""
        found = []
        for claim in claims_in(turn.index, turn.text):
            if noise_in(claim.quote) is None:
                criterion, strength = self._touched(frozenset(terms(claim.text)))
                if strength >= TOUCHES:
                    found.append((strength, claim.start, criterion, claim.quote[:MAX_QUOTE_CHARS]))
        found.sort(key=lambda item: (-item[0], item[1]))
        return tuple(
            Note(turn=turn.index, criterion=criterion, quote=quote, strength=round(strength, 3))
            for strength, _, criterion, quote in found[:MAX_NOTES]
        )

    def _touched(self, words: frozenset[str]) -> tuple[str, float]:
        """The criterion that shares most with a claim, and how much of the claim that is, from 0 to 1."""
        total = math.fsum(self._rarity.get(word, 1.0) for word in words) + 2.0
        shared = {name: math.fsum(self._rarity[word] for word in words & own) for name, own in self._words.items()}
        best = max(shared, key=lambda name: shared[name])
        return best, shared[best] / total
