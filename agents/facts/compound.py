"""Takes apart a question that still asks for several things, for callers that did not."""

import re

_OPENERS = (
    r"(?:(?:for|in|at|on|by|of|from|to) )?(?:what|which|who|whom|whose|when|where|why|how|is there|are there|do we|does it|"
    r"do they|can we|can they|is it|are they)\b"
)
_JOINT = re.compile(rf"(?:\s*[,;?]\s*(?:and|or|also|plus)?\s*|\s+(?:and|plus)\s+)(?=(?:also |then )?{_OPENERS})", re.IGNORECASE)
_OPENS = re.compile(rf"^(?:.{{0,40}}[:,]\s*)?(?:and |so |ok |okay |well |also )*{_OPENERS}", re.IGNORECASE)
MAX_PARTS = 4
MIN_WORDS = 2


def parts(question: str) -> tuple[str, ...]:
    """The questions joined in `question`, in order; itself alone unless every part opens like a question of its own."""
    found = [part.strip(" ,;?.!") for part in _JOINT.split(question)]
    found = [part for part in found if part]
    if not 1 < len(found) <= MAX_PARTS or any(len(part.split()) < MIN_WORDS or not _OPENS.match(part) for part in found):
        return (question,)
    return tuple(f"{part}?" for part in found)
