"""What segments are in the light of those around them: confirmations, pleas and what they ask, asides, and endings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.router.assumptions import confirmed_fact
from agents.router.cues import CUES
from agents.router.labels import Label
from agents.router.phrases import AUX, announces, plain, without_fillers
from agents.router.segments import Segment

CONTENT: frozenset[Label] = frozenset({"question", "statement", "hint_request"})
ABOUT_TALK: frozenset[Label] = frozenset({"time", "greeting", "process", "repeat", "clarify", "thinking"})
BRIEF_PLEA, FALSE_START = 8, 2
_LEANS = re.compile(r"^(?:is|does|has|do|are|was|did) (?:it|they|that|this|there some\w*)\b")
_RESTATES = re.compile(r"^(?:i mean|that is|in other words|or rather)\b")
_FORGOTTEN = re.compile(
    r"\b(?:(?:don't|do not|can't|cannot) (?:remember|recall|think of)|forg[eo]t\w*|i (?:once )?read (?:about )?it|"
    r"not asking for|just say)\b"
)
_SUBSTANCE = re.compile(
    r"\b(?:i'd|i would|we'd|we would|i'll|we'll|we can)\s+(?!like to (?:say|understand|know|talk)|rather|cut|be )\w+"
)
_LEAD_IN = 4
_VERB = re.compile(rf"\b(?:{AUX}|i|we|you|they|i'd|i'll|let|use|take|plus)\b")
_PART = re.compile(
    r"\b(?:with|for|on|of|about|through|covers?|concludes?|wraps? up|to|there)\s+(?:the |my |our |this )?"
    r"(?!me\b|my\b|it\b|that\b|all\b|everything\b|here\b|now\b|today\b|you\b|(?:whole|full|entire|final) |side\b|end\b|design\b|"
    r"answer\b|talk\b|solution\b|proposal\b|presentation\b|interview\b|this\b|say\b|add\b|stop\b|tell\b|know\b|"
    r"cover\b|a day\b|leave\b)"
    r"[a-z]+|\b(?:section|part|overview|phase)\b|\bthe \w+ (?:is )?done\b"
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Judged:
    """A segment with what it most likely is; `questions` when it asks for a fact in other words than its own."""

    segment: Segment
    label: Label
    probability: dict[Label, float]
    questions: tuple[str, ...] = ()


def confirmations(judged: Sequence[Judged]) -> list[Judged]:
    """Tell a fact to confirm ("ten million users, is that right?") from an approach to approve ("trees, is that right?")."""
    result = list(judged)
    for index, item in enumerate(judged):
        before = judged[index - 1].segment.text if index and judged[index - 1].label == "statement" else ""
        question = confirmed_fact(before, item.segment.text)
        if question:
            result[index] = replace(item, label="question", questions=(question,))
    return result


def pleas(judged: Sequence[Judged]) -> list[Judged]:
    """What a plea for a hint goes on to ask is the hint that it asks for ("just a small hint: is it the embeddings?")."""
    result = list(judged)
    for index in range(1, len(judged)):
        one, two = result[index - 1], result[index]
        if one.label == "hint_request" and two.label == "question" and _asks_for_it(one.segment, two.segment):
            result[index] = replace(two, label="hint_request")
        if one.label == "hint_request" and two.label == "statement" and _recalls(one.segment, two.segment):
            result[index] = replace(two, label="hint_request")
        if two.label == "hint_request" and one.label == "question" and _RESTATES.match(plain(two.segment.text)):
            result[index - 1] = replace(one, label="hint_request")
    return result


def without_asides(judged: Sequence[Judged]) -> list[Judged]:
    """Leave out fillers, false starts, pauses before content, and 'I'm done' when the candidate then goes on."""
    last = max((index for index, item in enumerate(judged) if item.label in CONTENT), default=-1)
    kept: list[Judged] = []
    for index, item in enumerate(judged):
        passing = item.label in ("thinking", "finished") and index < last
        following = judged[index + 1] if index + 1 < len(judged) else None
        asks_next = following is not None and following.label == "question"
        announced = asks_next and (announces(item.segment.text) or _begins(item, following))
        announced = announced or (asks_next and _leads_in(item))
        if item.label != "filler" and not passing and not announced:
            kept.append(item)
    return kept


def without_explanations(judged: Sequence[Judged]) -> list[Judged]:
    """Leave out what only explains talk about the interview: "am I late? I feel that I've been at this for ages"."""
    content = [item for item in judged if item.label != "filler"]
    labels = {item.label for item in content}
    framed = bool(content) and (content[0].label in ABOUT_TALK or content[-1].label == "clarify")
    if not framed or labels & {"question", "hint_request", "finished"}:
        return list(judged)
    told = " ".join(plain(item.segment.text) for item in content if item.label == "statement")
    if _SUBSTANCE.search(told) or CUES["technique"].search(told):
        return list(judged)
    return [item for item in judged if item.label != "statement"]


def only_part_ended(judged: Sequence[Judged]) -> bool:
    """Whether all that is said to be finished is a part ("that's it for the data"), not the interview."""
    ends = [without_fillers(plain(item.segment.text)) for item in judged if item.label == "finished"]
    return bool(ends) and all(_PART.search(end) for end in ends)


def _asks_for_it(plea: Segment, asked: Segment) -> bool:
    said = plain(plea.text)
    leads = not plea.asked and len(said.split()) <= BRIEF_PLEA
    return bool(CUES["plea"].search(said)) and (leads or bool(_LEANS.match(without_fillers(plain(asked.text)))))


def _leads_in(item: Judged) -> bool:
    """A few words without a verb that open the sentence of the next question ("so data wise, how ...")."""
    said = without_fillers(plain(item.segment.text))
    return item.label != "question" and len(said.split()) <= _LEAD_IN and said[-1:] not in ".!?" and not _VERB.search(said)


def _recalls(plea: Segment, said: Segment) -> bool:
    """Whether a statement after a plea only tells what the speaker can't call to mind."""
    return bool(CUES["plea"].search(plain(plea.text)) and _FORGOTTEN.search(plain(said.text)))


def _begins(item: Judged, following: Judged | None) -> bool:
    """A word or two that the next question starts again from ("um, latency... what's our latency budget?")."""
    words = set(_WORD.findall(without_fillers(plain(item.segment.text))))
    if not following or item.segment.asked or len(words) > FALSE_START:
        return False
    return words <= set(_WORD.findall(plain(following.segment.text)))
