"""Takes apart a question that still asks for several things, for callers that did not."""

import re

_OPENERS = (
    r"(?:(?:for|in|at|on|by|of|from|to) )?(?:what|which|who|whom|whose|when|where|why|how|is there|are there|do we|does it|"
    r"do they|can we|can they|is it|are they)\b"
)
_JOINT = re.compile(rf"(?:\s*[,;?]\s*(?:and|or|also|plus)?\s*|\s+(?:and|plus)\s+)(?=(?:also |then )?{_OPENERS})", re.IGNORECASE)
_OPENS = re.compile(rf"^(?:.{{0,40}}[:,]\s*)?(?:and |so |ok |okay |well |also )*{_OPENERS}", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")
MAX_PARTS = 4
MIN_WORDS = 2
LONG = 20
NOUN_WORDS = 3
_COMMA = re.compile(r"\s*,\s*(?:and\s+|or\s+)?", re.IGNORECASE)
_VERBAL = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|must|have|has|"
    r"had|we|you|i|they|it|or|if|because|tell|give|say|so|um|uh|ok|okay|please)\b",
    re.IGNORECASE,
)


def parts(question: str) -> tuple[str, ...]:
    """The questions in `question`, in order; of a long text those of its sentences that ask."""
    return tuple(part for sentence in _asking(question) for part in _apart(sentence))


def _asking(text: str) -> list[str]:
    """The sentences of a long text that ask something; the text itself if it is short, or if that can't be told."""
    sentences = _SENTENCE.split(text.strip())
    if len(sentences) < 2 or len(text.split()) < LONG:
        return [text]
    asking = [item for item in sentences if item.rstrip().endswith("?") and len(item.split()) > MIN_WORDS]
    return asking if 0 < len(asking) <= MAX_PARTS else [text]


def _apart(question: str) -> tuple[str, ...]:
    """The questions joined in one sentence; itself alone unless every part opens like a question of its own."""
    listed = [item for item in _COMMA.split(question.strip(" ,;?.!")) if item]
    if 2 < len(listed) <= MAX_PARTS and not any(len(item.split()) > NOUN_WORDS or _VERBAL.search(item) for item in listed):
        return tuple(f"{item}?" for item in listed)
    found = [part.strip(" ,;?.!") for part in _JOINT.split(question)]
    found = [part for part in found if part]
    if not 1 < len(found) <= MAX_PARTS or any(len(part.split()) < MIN_WORDS or not _OPENS.match(part) for part in found):
        return (question,)
    return tuple(f"{part}?" for part in found)
