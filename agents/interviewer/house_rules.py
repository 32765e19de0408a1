"""The interviewer's house rules as code: one question, at most 40 words, no list, no praise that rates, no verdict."""

import re

from agents.dialogue import words

MAX_WORDS = 40
_LIST = re.compile(r"(?m)^\s*(?:[-*•]|\d+[.)])\s+\S")
_PRAISE = re.compile(
    r"\b(?:great|excellent|perfect|awesome|amazing|brilliant|fantastic|impressive|nice|good|solid|strong|smart|wonderful)"
    r"(?:\s+(?:job|work|answer|point|idea|choice|thinking|question|start|approach|one|stuff|call|catch))?\s*[!.,;:]"
    r"|\bwell done\b|\bgood (?:job|point|idea|answer|choice|call|catch)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\b(?:that(?:'s| is)|you(?:'re| are)|this is)\s+(?:(?:absolutely|exactly|quite|totally|completely|not)\s+)?"
    r"(?:right|correct|wrong|incorrect|on (?:the right )?track|what i (?:was|am) looking for)\b"
    r"|^\s*(?:yes|no|correct|exactly|right|indeed)\b[,.!]",
    re.IGNORECASE,
)


def violations(text: str) -> tuple[str, ...]:
    """The house rules that `text` breaks, in plain words; empty if none."""
    broken = []
    unquoted = re.sub(r"[“\"][^“”\"]*[”\"]", "", text)
    if not text.strip():
        broken.append("says nothing")
    if words(text) > MAX_WORDS:
        broken.append(f"more than {MAX_WORDS} words")
    if unquoted.count("?") > 1:
        broken.append("more than one question")
    if _LIST.search(text):
        broken.append("holds a list")
    if _PRAISE.search(unquoted):
        broken.append("praises in a way that rates")
    if _VERDICT.search(unquoted):
        broken.append("confirms or denies")
    return tuple(broken)
