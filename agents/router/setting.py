"""What the turn before says about how a segment is to be heard: who spoke last, and whether the segment echoes them."""

import re
from dataclasses import dataclass

import numpy as np

from agents.dialogue import Speaker, Transcript
from agents.router.labels import Numbers
from agents.router.phrases import AUX, WH, asks, plain, without_fillers

SETTING_FEATURES = (
    "after_facts",
    "after_interviewer",
    "after_being_asked",
    "echoes_asking",
    "opens_with_echo",
    "which_echo",
    "brief_asking_when_asked",
    "asks_when_asked",
    "tells_when_asked",
    "brief_after_facts",
    "asks_after_facts",
    "tells_after_facts",
)
TAIL = 400
_WORD = re.compile(r"[a-z]{3,}")
_SMALL = frozenset(
    [
        "the",
        "and",
        "for",
        "you",
        "your",
        "how",
        "what",
        "which",
        "who",
        "why",
        "when",
        "where",
        "would",
        "could",
        "should",
        "does",
        "did",
        "are",
        "was",
        "that",
        "this",
        "with",
        "about",
        "have",
        "has",
        "can",
        "will",
        "tell",
        "them",
        "they",
        "there",
        "from",
        "into",
        "our",
        "more",
        "make",
        "some",
        "any",
        "not",
    ]
)
_TAKES_UP = re.compile(rf"^(?:(?:{WH})\s+(?!{AUX})|(?:by|you mean|as in|in what|in which)\b)")
_ENDS_ASKING = re.compile(r"\b(?:whom?|what|which(?: one)?|where|how)\W*(?:exactly|here)?\W*$")


@dataclass(frozen=True)
class Setting:
    """Who spoke just before the candidate, the words they used, and whether they asked for something."""

    speaker: Speaker | None = None
    words: frozenset[str] = frozenset()
    asked: bool = False


NOWHERE = Setting()


def setting_of(previous: Transcript) -> Setting:
    """The setting that the last turn gives; what stands before it is not looked at."""
    if not previous or previous[-1].speaker == "candidate":
        return NOWHERE
    last = previous[-1]
    said = plain(last.text[-TAIL:])
    asked = last.speaker == "interviewer" and (
        "?" in said or bool(re.match(r"(?:tell|explain|describe|walk|expand|talk)\b", said))
    )
    return Setting(last.speaker, _stems(said), asked)


def setting_features(text: str, setting: Setting) -> Numbers:
    """0/1 features of a segment in its setting; float64 (len(SETTING_FEATURES),)."""
    if setting.speaker is None:
        return np.zeros(len(SETTING_FEATURES))
    core = without_fillers(plain(text))
    n = len(core.split())
    asking = asks(text) or bool(_ENDS_ASKING.search(core))
    facts, interviewer, asked = setting.speaker == "facts", setting.speaker == "interviewer", setting.asked
    words = _WORD.findall(core)
    echo = bool(_stems(core) & setting.words)
    opening = bool(words) and n <= 12 and bool(_stems(words[0]) & setting.words)
    flags = (
        facts,
        interviewer,
        asked,
        interviewer and asking and echo and n <= 16,
        interviewer and asking and opening,
        interviewer and echo and bool(_TAKES_UP.match(core)) and n <= 12,
        asked and asking and n <= 5,
        asked and asking,
        asked and not asking,
        facts and n <= 4,
        facts and asking,
        facts and not asking,
    )
    return np.array([float(flag) for flag in flags])


def _stems(text: str) -> frozenset[str]:
    """Content words without their endings, so that "robust" echoes "robustness"."""
    return frozenset(word[:5] for word in _WORD.findall(text) if word not in _SMALL)
