"""The shapes of sentences that lead: closed questions, alternatives, suggestions, suppositions, assertions."""

import re
from collections.abc import Sequence

CUES = ("closed", "either", "suggests", "what_if", "supposes", "asserts", "doubts")

_LEAD = r"^(?:\W*(?:and|so|but|then|okay|ok|well|now|interesting|fine|right|sure|i see|all right|thanks)\b[,.;: ]*)*"
_CLOSED = re.compile(
    _LEAD + r"(?:would|do|does|did|is|are|was|were|should|could|can|will|have|has|might|may"
    r"|isn't|aren't|won't|don't|doesn't|wouldn't|shouldn't|couldn't)\b"
    r"(?! (?:you|we|i) (?:tell|walk|take|explain|describe|say|put|give|show|sketch|talk|follow|go|name|summar|expand"
    r"|elaborate|share|spell|work|draw|make|run|think aloud))",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\b(?:or|rather than|instead of|versus|vs|as opposed to)\b(?! so\b)", re.IGNORECASE)
_SUGGESTS = re.compile(
    r"\b(?:consider(?:ed|ing)?|thought (?:of|about)|what about|how about|why not|tr(?:y|ied)|look(?:ing|ed)? into|worth|remember|"
    r"don't forget|keep in mind|bear in mind|beware|helps?|helpful|useful|might want|may want|as well|also|too|"
    r"have in mind|an option|make sense)\b",
    re.IGNORECASE,
)
_WHAT_IF = re.compile(
    r"\bwhat (?:if|happens (?:when|if|to))\b|\bwhen (?:the|a|an|they|it|someone)\b|\bsuppose\b|\bimagine\b", re.IGNORECASE
)
_SUPPOSES = re.compile(
    r"\b(?:given(?: that)?|since|because|considering|as you know|mind you|assum(?:e|ing)|take|now that"
    r"|with (?:only|some|about))\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    _LEAD + r"(?:you|i|i'd|i'll|i'm|let|let's|let me|please|take your|take a|go|keep|tell|walk|say|pick|choose|state|feel|give|"
    r"spell|describe|explain|sticking|coming|on|of course|thank|carry|that's fine|no rush|about that|and)\b",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    r"\b(?:sure|really|certain|enough|trap|concern|worr(?:y|ied)|simply|just|wouldn't|isn't|doesn't|don't they|aren't"
    r"|no\?|right\?)\b",
    re.IGNORECASE,
)


def cues(pieces: Sequence[str]) -> dict[str, float]:
    """1 for each shape that any piece has, else 0."""
    asserting = any(not piece.endswith("?") and not _TALK.search(piece) for piece in pieces)
    searched = {
        "closed": _CLOSED,
        "either": _EITHER,
        "suggests": _SUGGESTS,
        "what_if": _WHAT_IF,
        "supposes": _SUPPOSES,
        "doubts": _DOUBTS,
    }
    found = {name: float(any(pattern.search(piece) for piece in pieces)) for name, pattern in searched.items()}
    return found | {"asserts": float(asserting)}
