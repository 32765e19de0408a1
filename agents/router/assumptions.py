"""Tells whether a turn asks to have an assumption about the situation confirmed, which is a question of fact."""

import re

from agents.router.cues import CUES
from agents.router.phrases import plain, without_fillers

_TAG = re.compile(
    r"^(?:is|are|does|do|would|sounds?|or|am|correct|if|let|right|please|fair|ok)\b.{0,60}\b(?:right|correct|"
    r"fair|reasonable|realistic|accurate|true|"
    r"close|match|more than that|less than that|it (?:more|less|lower|higher|bigger|smaller)|so|wrong|off|ballpark)\b.{0,30}$|"
    r"^(?:right|correct|is (?:it|that) so|isn't (?:it|that)|fair)\W*$"
)
_INSIDE = re.compile(
    (
        r"[,;]?\s*(?:(?:please\s+)?correct me if|unless (?:that|this|i)|tell me if|(?:is|does) (?:that|this)\b|"
        r"let me know if).{0,40}$"
    ),
    re.IGNORECASE,
)
_ASSUMES = re.compile(
    r"\b(?:i(?:'ll|'d| will| would|'m going to| am going to)?\s+(?:just\s+)?(?:assume|guess|suppose|say|imagine|"
    r"take (?:it|that|\d)|bet|expect)|assum(?:e|ing)|let's (?:say|assume)|"
    r"suppose|say there|my (?:guess|assumption)(?: is| would be)?:?|presumably|probably|there (?:may|might) be|"
    r"we (?:probably\s+)?(?:have|get|see)|i think (?:we|it|the|there))\b(?:\s+that)?[\s,:]*",
    re.IGNORECASE,
)


def confirmed_fact(before: str, text: str) -> str:
    """The question of fact that `text` asks about the assumption in it or `before` it; empty if it asks for none."""
    inside = _INSIDE.search(text)
    if inside and inside.start() > 0 and _about_situation(text[: inside.start()]):
        return _question(text[: inside.start()])
    if before and _TAG.match(without_fillers(plain(text))) and _about_situation(before):
        return _question(before)
    return ""


def _about_situation(assumption: str) -> bool:
    said = plain(assumption)
    stated = re.sub(r"\bi'd (?:say|guess|assume|imagine)\b", "", said)
    return (
        bool(_ASSUMES.search(said))
        and not CUES["own_plan"].search(_ASSUMES.sub("", stated))
        and not re.search(r"\b(?:model|loss|approach)\b", said)
    )


def _question(assumption: str) -> str:
    core = without_fillers(_ASSUMES.sub("", without_fillers(assumption), count=1)).strip(" ,.;:!?")
    return f"{core}, is that right?" if core else ""
