"""Words questions for a fact from templates, without giving its answer away."""

import re

from agents.encoder import numbers
from scenarios.names import AREAS

_NUMBER = re.compile(
    r"(?:[$€£]\s?)?\b\d[\d.,]*(?:\s?(?:%|per ?cent\b|k\b|m\b|bn\b|(?:thousand|million|billion)\b))?(?:\s?[$€£])?", re.IGNORECASE
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|cannot|can't|must|may|will|does|do|needs?|takes?|uses?|holds?|gets?|comes?|goes|costs?"
    r"|sees?|sends?|stores?|shows?|runs?|lasts?|keeps?|decides?|reads?|owns?|pays?|arrives?|places?|makes?|buys?|sells?|watch(?:es)?"
    r"|uploads?|visits?|serves?|receives?|contains?|covers?|stays?|falls?|happens?|occurs?|wants?|expects?|applies|appl(?:y|ies)"
    r"|handles?|loses?|[a-z]{3,}ed)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:about|around|roughly|some|nearly|over|under|at most|at least|up to|only|on average|of|with|by|for)\b[\s,]*)+",
    re.IGNORECASE,
)
_THERE = re.compile(r"^there (?:is|are|was|were)\s+", re.IGNORECASE)
_TIME = re.compile(r"\b(?:ms|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b", re.IGNORECASE)
_MONEY = re.compile(r"[$€£]|\b(?:euros?|dollars?|pounds?|usd|eur)\b", re.IGNORECASE)
_SHARE = re.compile(r"%|\bper ?cent\b", re.IGNORECASE)
_LOOSE_ENDS = frozenset(
    ["the", "a", "an", "of", "and", "or", "in", "to", "for", "by", "with", "on", "at", "per", "about", "that", "which", "who"]
)
_STARTS = frozenset(["The", "A", "An", "Our", "We", "They", "It", "Each", "Every", "All", "Most", "Its", "Their"])
SUBJECT_WORDS, COUNTED_WORDS = 8, 14
NO_TOPICS = frozenset({"general", "facts", "notes", *AREAS})


def questions_for(topic: str, text: str) -> tuple[str, ...]:
    """Two to four questions that `text` answers, none holding a number; more, in a person's own words, are for the author."""
    body = _THERE.sub("", text.rstrip(".! "))
    key, colon, _ = body.partition(": ")
    subject = _phrase(key if colon else _before_verb(body), SUBJECT_WORDS) or topic
    measured = [f"What is the {_lowered(subject)}?"] if colon else _measured(body, subject)
    asked = [f"What do we know about {subject}?", f"Could you tell me more on {subject}?"]
    if topic not in NO_TOPICS and topic not in subject.casefold():
        asked.append(f"As for {topic}, how do things stand with {subject}?")
    # One word alone asks for too much: it would draw questions away from the facts that say more on it.
    asked = measured + (asked[2:] if measured and " " not in subject and not colon else asked)
    return tuple(question[:600] for question in dict.fromkeys(asked) if not numbers(question))


def _before_verb(body: str) -> str:
    verb = _VERB.search(body)
    if verb is None:
        return body
    return body[: verb.start()] if _phrase(body[: verb.start()], SUBJECT_WORDS) else body[verb.end() :]


def _phrase(text: str, most: int) -> str:
    """The first words of `text` without numbers and loose ends."""
    found = _LEAD.sub("", " ".join(_NUMBER.sub(" ", text).split()).strip(" ,;.:")).split()[:most]
    while found and found[-1].casefold().strip(",;") in _LOOSE_ENDS:
        found.pop()
    phrase = " ".join(found).strip(" ,;:")
    return _lowered(phrase) if found and (found[0] in _STARTS or found[0][1:].islower()) else phrase


def _lowered(phrase: str) -> str:
    return phrase if phrase[1:2].isupper() else phrase[:1].lower() + phrase[1:]


def _measured(body: str, subject: str) -> list[str]:
    """The question that the number in the sentence answers; one that opens the sentence is simply asked for."""
    number = _NUMBER.search(body)
    if number is None:
        return []
    opens = not _LEAD.sub("", body[: number.start()]).strip()
    after = _phrase(re.split(r"[,;(]", body[number.end() :])[0], COUNTED_WORDS)
    if _SHARE.search(number.group()):
        return [f"What share of {after}?" if opens and after else f"What percentage is it for {subject}?"]
    if _MONEY.search(body):
        return [f"How much money is it for {subject}?"]
    if _TIME.match(after):
        return [f"How long is it for {subject}?"]
    return [f"How many {after}?" if after and opens else f"What is the number for {subject}?"]
