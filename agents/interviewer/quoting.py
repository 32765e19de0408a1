"""Picks a short piece of the candidate's own words to quote back, verbatim."""

import re

_SPLIT = re.compile(
    r"(?<=[.!?;:\n])\s+"
    r"|,\s+(?=(?:and|but|so|then|because|which|while|with|since)\b)"
    r"|\s+(?:because|so that|but|then|and then)\s+"
)
_LEAD = re.compile(
    r"^(?:(?:because|since|so|and|but|then|ok|okay|well|now|also|first|second|third|finally|next|basically|yeah|um|uh|like|maybe|probably|"
    r"i think|i guess|i believe|i'd say|i would say|for me|in terms of that)[,\s]+)+",
    re.IGNORECASE,
)
_INTENT = re.compile(
    r"\b(?:I|we)(?:'d|'ll| would| will|'m going to| am going to| could| might| should| want to)\s+"
    r"(?:also |then |just |first |probably )?",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:i|we|you|it|they|that|this|there)"
    r"(?:'d|'ll|'re|'s| would| will| could| can| might| should| want to| need to| have to| am going to| is| are)*"
    r"(?:\s+(?:also|then|probably|just|first|like to|want to|need to|start by|start with|go with|say))*\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w'/%.-]*\w")
_FUNCTION_WORDS = (
    "a an the of to for with and or in on by at as from that which is are be we i it if when than into per our their its this"
)
_WEAK_END = frozenset(_FUNCTION_WORDS.split())
MIN_WORDS, MAX_WORDS = 3, 10


def pieces(text: str) -> tuple[str, ...]:
    """Quotable pieces of `text` in order: 3 to 10 words, verbatim, not ending on a function word."""
    found = []
    for clause in _SPLIT.split(text[:6000]):
        start = _INTENT.split(clause.strip())[-1]
        start = _LEAD.sub("", start)
        start = _SUBJECT.sub("", start)
        piece = _trim(start)
        if piece and piece in text:
            found.append(piece)
    return tuple(dict.fromkeys(found))


def best_piece(text: str, used: frozenset[str] = frozenset()) -> str | None:
    """The most telling unused piece: the longest by distinct long words, earlier first on a tie."""
    options = [piece for piece in pieces(text) if piece.lower() not in used]
    if not options:
        return None
    return max(options, key=lambda piece: (_weight(piece), -text.index(piece)))


def _trim(clause: str) -> str | None:
    if any(mark in clause for mark in '“”"?<>{}[]|`\\'):
        clause = re.split(r"[“”\"?<>{}\[\]|`\\]", clause)[0]
    every = list(_WORD.finditer(clause))
    spans = _cut(every[:MAX_WORDS]) if len(every) > MAX_WORDS else every
    while spans and spans[-1].group().lower() in _WEAK_END:
        spans.pop()
    if len(spans) < MIN_WORDS:
        return None
    piece = clause[spans[0].start() : spans[-1].end()]
    return piece if "\n" not in piece and len(piece) <= 90 and len(piece.split()) >= MIN_WORDS else None


def _cut(spans: list[re.Match[str]]) -> list[re.Match[str]]:
    """End a clause that is too long before its last short phrase, not in the middle of one."""
    for position in range(len(spans) - 4, len(spans)):
        if position > MIN_WORDS and spans[position].group().lower() in _WEAK_END:
            return spans[:position]
    return spans


def _weight(piece: str) -> int:
    return len({word for word in piece.lower().split() if len(word) > 4})
