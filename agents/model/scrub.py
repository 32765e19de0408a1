"""Takes keys and addresses' credentials out of text and puts it on one short line."""

import re
from collections.abc import Iterable

LIMIT = 300
MASK = "[removed]"

_PATTERNS = (
    re.compile(r"\b(?:sk|pk|rk|gsk|xai|key|ls[a-z]{0,2})[-_][A-Za-z0-9*_\-.]{6,}"),
    re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',}]+"),
    re.compile(r"(?i)([\"']?(?:api[-_ ]?key|authorization|token|secret|password)[\"']?\s*[:=]\s*[\"']?)[^\s\"',}]+"),
    re.compile(r"(?<=://)[^/\s@]+@"),
)


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one line of at most 300 characters, without the given secrets and anything that looks like one."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    line = " ".join(text.split())
    return line if len(line) <= LIMIT else line[: LIMIT - 1] + "…"
