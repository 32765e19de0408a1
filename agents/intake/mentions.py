"""Gathers, for each problem and each technique that notes name, everything that is said around the places that name it."""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import TypeAlias

from agents.encoder import SentenceEncoder
from agents.intake.areas import names_area
from agents.intake.passages import Sentence
from agents.intake.problems import Mention, ProblemFinder
from agents.intake.stance import Spoken, said, whole
from agents.intake.techniques import techniques_named

MAX_DEEP = 160
"""Clauses of which phrases are compared by meaning, which takes some 3 ms each; nicknames are looked up in all of them."""
REFERRING = 2
"""How many sentences further a "leave it" may still refer back."""
_REFERS = re.compile(
    r"\b(?:it|that|them|those|these|this|both|neither|either|none|all (?:of|two|three|four|five|out|done)|any of|one of|"
    r"same|repeats?|the (?:two|three|four|first|second|third|last))\b|^\W*(?:drop|skip|leave|done|no|not|never|already|next)\b",
    re.IGNORECASE,
)

Said: TypeAlias = Mapping[str, tuple[Spoken, ...]]


def problems_spoken_of(sentences: Sequence[Sentence], finder: ProblemFinder) -> Said:
    """By scenario id: what is said about each problem that the sentences name."""
    budget = MAX_DEEP
    named: list[list[tuple[Mention, ...]]] = []
    for sentence in sentences:
        row = []
        listed = _lists_problems(sentence, finder)
        for clause in sentence.clauses:
            row.append(finder.mentions(clause, listed=listed, deep=budget > 0))
            budget -= 1
        named.append(_settled(row))
    return _gathered(sentences, named)


def techniques_spoken_of(sentences: Sequence[Sentence], encoder: SentenceEncoder) -> Said:
    """By technique id: what is said about each technique that the sentences name."""
    named = []
    for position, sentence in enumerate(sentences):
        deep = encoder if position < MAX_DEEP else None
        row = [tuple(Mention(name, bare=False) for name in techniques_named(clause, deep)) for clause in sentence.clauses]
        named.append(row)
    return _gathered(sentences, named)


def _lists_problems(sentence: Sentence, finder: ProblemFinder) -> bool:
    """Whether a bare word of this sentence is likely to be the name of a problem: it announces problems, or names others."""
    if names_area(sentence.text):
        return False
    if len({mention.card for clause in sentence.clauses for mention in finder.mentions(clause, listed=False, deep=False)}) > 1:
        return True
    return any(said("excluded", text) & {"done", "skip"} for text in (sentence.label, *sentence.clauses))


def _settled(row: list[tuple[Mention, ...]]) -> list[tuple[Mention, ...]]:
    """A problem that a sentence names in full is not named by a bare word of it as well."""
    full = {mention.card for clause in row for mention in clause if not mention.bare}
    return [tuple(mention for mention in clause if not (mention.bare and mention.card in full)) for clause in row]


def _gathered(sentences: Sequence[Sentence], named: Sequence[Sequence[tuple[Mention, ...]]]) -> Said:
    found: dict[str, list[Spoken]] = {}
    notes = whole("\n".join(sentence.text for sentence in sentences))
    for position, (sentence, row) in enumerate(zip(sentences, named, strict=True)):
        after = _referring(sentences, named, position) if any(row) else ""
        for place, mentions in enumerate(row):
            for mention in mentions:
                rest = _about(sentence.clauses, row, place)
                one = Spoken(
                    own=sentence.clauses[place], rest=rest, label=sentence.label, after=after, bare=mention.bare, whole=notes
                )
                found.setdefault(mention.card, []).append(one)
    return {name: tuple(spoken) for name, spoken in found.items()}


def _about(clauses: Sequence[str], row: Sequence[tuple[Mention, ...]], place: int) -> str:
    """The clauses that follow up to the next that names something, and those that open the sentence before the first."""
    following = takewhile(lambda other: not row[other], range(place + 1, len(row)))
    opening = range(place) if not any(row[:place]) else ()
    return " ; ".join(clauses[other] for other in (*opening, *following))


def _referring(sentences: Sequence[Sentence], named: Sequence[Sequence[tuple[Mention, ...]]], position: int) -> str:
    """The sentences that follow, up to the next mention, as long as they refer back."""
    following = []
    last = position + REFERRING
    for later in range(position + 1, min(len(sentences), last + 1)):
        if any(named[later]) or not _REFERS.search(sentences[later].text):
            break
        following.append(sentences[later].text)
    return " ".join(following)
