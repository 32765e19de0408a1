"""Takes facts out of notes: lines that state something become facts, questions become topics that nobody specified."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agents.dialogue import clean
from agents.encoder import terms
from evals.authoring.asking import questions_for
from evals.authoring.naming import slug, unique
from evals.authoring.statement import sentences
from scenarios.facts import Fact, UnknownTopic

MAX_FACTS, MAX_LINE, SENTENCE, SAME = 200, 600, 5, 0.8
_ORDERS = re.compile(
    r"^(?:please|design|build|define|consider|discuss|think|propose|describe|walk|explain|imagine|suppose)\b", re.IGNORECASE
)
_BULLET = re.compile(r"^(?:[-*•‣–+>]|\d{1,2}[.)]|#+)\s+")
_STATES = re.compile(
    r"\d|\b(?:is|are|was|were|be|has|have|had|can|cannot|can't|must|may|will|does|do|needs?|takes?|uses?|holds?|gets?|comes?|goes"
    r"|costs?|sees?|sends?|stores?|shows?|runs?|lasts?|keeps?|decides?|reads?|owns?|pays?|[a-z]+(?:ed|izes?|ises?))\b",
    re.IGNORECASE,
)
_ABOUT_ME = re.compile(r"\b(?:I|I'm|I'd|I've|my|me|let's|recruiter|interview|interviewer|practi[sc]e)\b")


class Harvest(NamedTuple):
    """Facts and unknown topics, and the lines that were left out, for the person to see."""

    facts: tuple[Fact, ...]
    unknown: tuple[UnknownTopic, ...]
    left_out: tuple[str, ...]


class _Line(NamedTuple):
    topic: str
    text: str


def harvest(notes: str, more: tuple[str, ...] = ()) -> Harvest:
    """Facts of `notes` and of the sentences in `more`, with templated questions; nothing that was written is dropped silently."""
    facts: list[Fact] = []
    unknown: list[UnknownTopic] = []
    left_out: list[str] = []
    asked: list[frozenset[str]] = []
    taken: set[str] = set()
    seen: set[str] = set()
    for topic, text in (*(_Line("general", sentence) for sentence in more), *_lines(clean(notes))):
        if text.casefold() in seen:
            continue
        seen.add(text.casefold())
        if text.endswith("?") and len(text) <= MAX_LINE:
            asked.append(frozenset(terms(text)))
            unknown.append(UnknownTopic(id=unique(f"u-{slug(text)}", taken), topic=topic, questions=(text,)))
        elif _is_fact(text) and len(facts) < MAX_FACTS:
            name = unique(slug(text), taken)
            facts.append(Fact(id=name, topic=topic, text=_ended(text), questions=_fresh(questions_for(topic, text), asked)))
        else:
            left_out.append(text[:120])
    return Harvest(tuple(facts), tuple(unknown), tuple(left_out))


def _lines(notes: str) -> Iterator[_Line]:
    topic = "general"
    for raw in notes.splitlines():
        heading = raw.lstrip().startswith("#")
        line = _BULLET.sub("", raw.strip()).strip(" *_")
        if not line:
            continue
        if heading or line.endswith(":"):
            topic = _topic(line) or topic
            continue
        key, colon, value = line.partition(": ")
        if colon and len(key.split()) <= 4 and not _STATES.search(key) and _topic(key):
            yield from (_Line(_topic(key), f"{key}: {part}" if not _reads_alone(part) else part) for part in sentences(value))
        else:
            yield from (_Line(topic, part) for part in sentences(line))


def _reads_alone(text: str) -> bool:
    """Whether `text` is a sentence of its own rather than the value of a key."""
    return text[:1].isupper() and len(text.split()) > 4


def _topic(heading: str) -> str:
    """A short topic without numbers, since the router may see topics."""
    return " ".join(word for word in re.findall(r"[a-z][a-z'&/-]*", heading.casefold()))[:80].strip()


def _is_fact(text: str) -> bool:
    return (
        len(text) < MAX_LINE
        and len(text.split()) > 2
        and (len(text.split()) >= SENTENCE or bool(_STATES.search(text)))
        and not _ORDERS.search(text)
        and not _ABOUT_ME.search(text)
        and bool(slug(text))
    )


def _ended(text: str) -> str:
    body = text[0].upper() + text[1:]
    return body if body[-1] in ".!" else f"{body}."


def _fresh(questions: tuple[str, ...], asked: list[frozenset[str]]) -> tuple[str, ...]:
    """Those that no other fact asks already in nearly the same words."""
    kept = []
    before = tuple(asked)
    for question in questions:
        mine = frozenset(terms(question))
        if all(len(mine & other) < SAME * max(1, len(mine | other)) for other in before) and question not in kept:
            kept.append(question)
            asked.append(mine)
    return tuple(kept)
