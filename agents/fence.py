"""Fences what people said before a model reads it, so that it is data and can't end its fence or pose as a chat turn."""

import re
from functools import lru_cache

from agents.dialogue import Transcript, Utterance, clean

_MARKS = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›"})
_TEMPLATE_WORDS = re.compile(r"\[(/?)(INST|SYS|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def neutralise(text: str) -> str:
    """`text` without control characters, with angle brackets and chat-template words made harmless; lengths stay the same."""
    return _TEMPLATE_WORDS.sub(r"(\1\2)", clean(text).translate(_MARKS)).replace("```", "'''")


def fence(tag: str, text: str, **attributes: object) -> str:
    """`text` neutralised between `<tag ...>` and `</tag>`."""
    opening = " ".join([tag, *(f'{name}="{neutralise(str(value))}"' for name, value in attributes.items())])
    return f"<{opening}>\n{neutralise(text)}\n</{tag}>"


def fenced_turn(turn: Utterance) -> str:
    """One turn as interviewer and simulated candidate are shown it."""
    return fence("turn", turn.text, speaker=turn.speaker)


def fenced_transcript(transcript: Transcript) -> str:
    """All turns, oldest first; a longer transcript starts with the text of a shorter one."""
    return "\n".join(fenced_turn(turn) for turn in transcript)
