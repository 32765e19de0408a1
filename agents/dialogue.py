"""What is said: turns as everyone may see them, and the closed sets that describe them."""

import re
import unicodedata
from typing import Literal

from pydantic import Field

from scenarios.model import Model
from scenarios.names import AreaId, PhaseId

Speaker = Literal["interviewer", "candidate", "facts"]

CandidateAct = Literal["question", "statement", "hint_request", "meta", "finished", "empty"]
FactsAct = Literal["answer", "not_specified", "be_specific", "which_part", "not_a_fact", "rephrase"]
InterviewerAct = Literal["opening", "probe", "follow_up", "transition", "decline", "meta_reply", "hint", "neutral", "closing"]
Act = CandidateAct | FactsAct | InterviewerAct

MetaKind = Literal["time", "repeat", "thinking", "clarify", "greeting", "process"]
Command = Literal["hint", "next", "end"]


class Utterance(Model):
    """One turn as everyone may see it: the only form in which the transcript reaches interviewer and candidate."""

    index: int = Field(ge=0)
    speaker: Speaker
    text: str
    phase: PhaseId
    at: float = Field(ge=0, description="Seconds on the interview clock when the turn ended.")
    acts: tuple[Act, ...] = ()
    area: AreaId | None = Field(default=None, description="Area of an interviewer's probe, as the public brief gives it.")


# CSI, OSC and other two-byte terminal escapes, 7-bit and 8-bit.
_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[@-Z\\-_]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = frozenset({"\u200c", "\u200d"})

Transcript = tuple[Utterance, ...]


class Usage(Model):
    """What one turn cost in model calls; zeros on the embedded engine."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    cost_usd: float | None = None


def words(text: str) -> int:
    """Number of whitespace-separated words."""
    return len(text.split())


def clean(text: str) -> str:
    """`text` without terminal escapes, control and bidirectional-override characters; newlines and tabs stay."""
    text = _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in _UNSEEN or char in _JOINERS)
