"""Cuts a candidate turn into sentences and clauses, with or without punctuation, in time linear in its length."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.router.phrases import ASKING, AUX, OPENERS, OWN_VOICE, TAKES_CLAUSE, WH

MAX_SEGMENT = 600
CLAUSE_LIMIT = 12_000
_NEAR = 160  # how far around a joint the words decide whether it is one
Span = tuple[int, int]

# Runs are entered at their first character only (look-behind), so that long runs of dots or spaces stay linear.
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_WRAPPED = re.compile(r"(?<=[\w,])[ \t]*\n(?=[ \t]*[a-z]{2})")
_BULLET = re.compile(r"[ \t]*(?:(?:[-*•–]+|\(?\d{1,2}[.):]|\(?[a-h][.)])[ \t]+)?")
_INLINE_ITEM = re.compile(r"(?<=\s)\(?(?P<number>\d{1,2})[.)]\s+(?=[A-Za-z])")
_SENTENCE_END = re.compile(
    (
        r"[?？]+[!?.]*[\"')\]]*\s*|[。！]+|"
        r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)(?<!\bca)(?<!\d)(?<![.!])[.!]+[\"')\]]*\s+|(?<=\d)\.[\"')\]]*\s+|"
        r";\s+"
    ),
    re.IGNORECASE,
)
_JOINT = (
    r"(?:(?<!\s)\s*[,:(–—]\s*|(?<!\s)\s+-+\s+|(?<!\s)\s+)"
    r"(?:(?:and|but|also|so|plus|then|btw|oh|ok|okay|by\s+the\s+way|because|cause)\b[\s,]*+)*+"
)
_QUESTION_JOINT = re.compile(rf"{_JOINT}(?={ASKING})", re.IGNORECASE)
_ANSWER_JOINT = re.compile(rf"{_JOINT}(?={OWN_VOICE})", re.IGNORECASE)
# A further question that has no opening of its own: "..., and if not, what happens", "... and who wrote them".
_ALSO_JOINT = re.compile(
    rf"\s*,?\s+(?:and|or)\s+(?=(?:also\s+)?(?:if\b[^,?]{{2,60}}?(?:\s*,\s*|\s+)(?:{ASKING}|{WH}\s+\w+s\b)|"
    rf"who\s+(?:wrote|made|built|owns|[a-z]+[ai]?[tlnrdy]e?s|[a-z]+ed)\b|(?:do|does|did|can)\s+[a-z-]+(?:\s+[a-z]+)?s\b))",
    re.IGNORECASE,
)
_OPENS_ASKING = re.compile(rf"(?:{AUX}\s+\w+|{WH}\s+\w+|(?:\w+[\s,]+){{0,4}}?{ASKING})", re.IGNORECASE)
# What only offers answers to the question before it, or asks whether it can be answered: one question, not two.
_ELABORATES = re.compile(
    r"(?:(?:is|are|was|were)\s+(?:it|there|they|this|that|these)\b[^?]*\bor\b|do\s+(?:we|"
    r"you)\s+(?:even\s+)?know(?:\s+(?:that|this|it))?\W*$|"
    r"is\s+(?:it|that)\s+known\W*$)"
)
_WHO_HAS = re.compile(r"do\s+we\s+have\s+an?\s")
_ASKS = re.compile(rf"(?:\w+[\s,]+){{0,3}}?{ASKING}", re.IGNORECASE)
_AUX_FIRST = re.compile(rf"{AUX}\b", re.IGNORECASE)
_PENDING_WH = re.compile(rf"\b{WH}\b(?!.*\b{AUX}\b)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"(?:do|don't|does|doesn't|is|isn't|are|aren't|can|can't|will|won't|have|haven't)\s+(?:we|they|it|there|you|i)(?:\s+so)?\W*$"
)
_RELATIVE = re.compile(rf"(?:who|which|where|when|whose)\s+{AUX}\b")
_SUBORDINATE = re.compile(r"(?:who|which|where|when|whose|why)\b")
_CLOSING, _ENDINGS = " )\"'", (".", "?", "!")
_VERBAL = re.compile(rf"\b(?:{AUX}|i|we|you|i'd|i'll|let|said)\b")
_OPEN_ENDED = frozenset(
    {
        "that",
        "if",
        "whether",
        "what",
        "how",
        "which",
        "who",
        "where",
        "when",
        "why",
        "to",
        "the",
        "a",
        "an",
        "of",
        "for",
        "would",
        "and",
        "or",
        "do",
        "does",
        "should",
        "like",
        "know",
        "think",
        "say",
    }
)
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True)
class Segment:
    """One sentence or clause: where it stands in the turn, its text as spoken, and whether it is code."""

    start: int
    end: int
    text: str
    code: bool = False

    @property
    def asked(self) -> bool:
        """Whether it is written as a question."""
        return self.text.rstrip("\"')]!. ").endswith(("?", "？"))


def segment(text: str) -> tuple[Segment, ...]:
    """Cut `text` into segments in order; bullets and outer whitespace are left out, every word is kept."""
    return tuple(Segment(start, end, text[start:end], code) for start, end, code in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    position = 0
    for fence in _FENCE.finditer(text):
        yield from ((start, end, False) for start, end in _prose(text, (position, fence.start())))
        yield (*fence.span(), True)
        position = fence.end()
    yield from ((start, end, False) for start, end in _prose(text, (position, len(text))))


def _prose(text: str, within: Span) -> Iterator[Span]:
    offset = within[0]
    block = text[slice(*within)].replace("\r", "\n")
    block = _WRAPPED.sub(lambda match: match.group().replace("\n", " "), block)
    for line in re.finditer(r"[^\n]+", block):
        bullet = _BULLET.match(block, *line.span())
        first = bullet.end() if bullet else line.start()
        for sentence in _sentences(block, (first, line.end())):
            # Past CLAUSE_LIMIT it is a pasted document, not speech: sentences are enough.
            parts = _clauses(block, sentence) if offset + sentence[0] < CLAUSE_LIMIT else iter([sentence])
            yield from ((offset + start, offset + end) for start, end in parts)


def _sentences(text: str, line: Span) -> Iterator[Span]:
    start = line[0]
    ends = [(match.end(), match.end()) for match in _SENTENCE_END.finditer(text, *line)]
    for end, following in [*sorted([*ends, *_items(text, line)]), (line[1], line[1])]:
        yield from _bounded(text, (start, end))
        start = max(start, following)


def _items(text: str, line: Span) -> list[Span]:
    """Where inline numbering stands ("1. scale 2. labels"); a lone number that ends a sentence is no numbering."""
    items = list(_INLINE_ITEM.finditer(text, *line))
    numbers = [int(item["number"]) for item in items]
    first = 1 if numbers[:1] == [1] else 2
    counted = numbers == list(range(first, first + len(numbers)))
    return [item.span() for item in items] if counted and (first == 2 or len(numbers) > 1) else []


def _bounded(text: str, span: Span) -> Iterator[Span]:
    """Pieces of at most MAX_SEGMENT characters, cut at a space where there is one; pieces without a word are left out."""
    start, end = span
    while end - start > 0:
        stop = end if end - start <= MAX_SEGMENT else start + MAX_SEGMENT
        if stop < end:
            space = text.rfind(" ", start + 1, stop)
            stop = space if space > 0 else stop
        trimmed = _trim(text, (start, stop))
        if any(character.isalnum() for character in text[slice(*trimmed)]):
            yield trimmed
        start = stop


def _trim(text: str, span: Span, characters: str = " \t,–—") -> Span:
    start, end = span
    while start < end and text[start] in characters:
        start += 1
    while end > start and text[end - 1] in characters:
        end -= 1
    return start, end


def _clauses(text: str, sentence: Span) -> Iterator[Span]:
    """Cut where a question begins inside a sentence, and where the speaker goes on in their own voice after one."""
    asked = [
        piece
        for also in _cut(text, sentence, _ALSO_JOINT, _asks_before)
        for piece in _cut(text, also, _QUESTION_JOINT, _question_may_start)
    ]
    for piece in asked:
        if _ASKS.match(text, *piece) and "?" not in text[slice(*piece)]:
            yield from _cut(text, piece, _ANSWER_JOINT, _answer_may_start)
        else:
            yield piece


def _cut(text: str, span: Span, boundary: re.Pattern[str], allowed: Callable[[str, str, str], bool]) -> Iterator[Span]:
    start, end = span
    for joint in boundary.finditer(text, *span):
        before = text[max(start, joint.start() - _NEAR) : joint.start()].lower()
        if allowed(before, joint.group().lower(), text[joint.end() : end].lower()):
            yield _trim(text, (start, joint.start()))
            start = _trim(text, (joint.start(), end), " \t,:(–—-")[0]
    yield _trim(text, (start, end))


def _question_may_start(before: str, joint: str, after: str) -> bool:
    words = _WORD.findall(before)
    if all(word in OPENERS for word in words) or _TAG.match(after) or _RELATIVE.match(after):
        return False
    if joint.strip() == "," and _elaborates(before, after):
        return False
    if joint.isspace():
        return _speech_may_break(before, words, after)
    if re.search(r"\b(?:and|so|but|because|cause)\b", joint) and words[-1] in _OPEN_ENDED:
        return False
    topic = joint.strip() == "," and len(words) <= 5 and not _VERBAL.search(before)
    return not topic and (len(words) >= 2 or not joint.strip().isalpha())


def _asks_before(before: str, joint: str, after: str) -> bool:
    return bool(joint and after and _OPENS_ASKING.match(before))


def _elaborates(before: str, after: str) -> bool:
    """Whether what follows belongs to the question before it; "what about X, do we parse it?" is one as well."""
    core = " ".join(word for word in before.split() if word.strip(",") not in OPENERS)
    about = re.match(r"(?:what|how)\s+about\b[^,?]{1,40}$", core)
    found = bool(_ELABORATES.match(after)) or (core.startswith("who") and bool(_WHO_HAS.match(after)))
    return bool(about) or (found and bool(_OPENS_ASKING.match(core)))


def _speech_may_break(before: str, words: list[str], after: str) -> bool:
    """Without so much as a comma, a question begins only in text that is not punctuated, and not as a complement."""
    if after.rstrip(_CLOSING).endswith(_ENDINGS) or (_AUX_FIRST.match(after) and _PENDING_WH.search(before)):
        return False
    return len(words) >= 3 and words[-1] not in TAKES_CLAUSE and not _SUBORDINATE.match(after)


def _answer_may_start(before: str, joint: str, after: str) -> bool:
    words = _WORD.findall(before)
    return bool(joint and after) and len(words) >= 3 and words[-1] not in _OPEN_ENDED
