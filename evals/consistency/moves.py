"""Changes that must move a score, or must not: evidence added, removed or taken back, and talk that only looks like it."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import numpy as np

from agents.record import Turn
from evals.consistency.perturb import Turns, talk
from evals.gold import Bank, GoldInterview
from scenarios.rubric import Criterion
from scenarios.scenario import Scenario

Wanted = Literal["rises", "falls", "never_rises", "floor"]


class Moved(NamedTuple):
    """A changed interview, the criterion that the change is about (None: the whole), and what must happen to it."""

    turns: Turns
    criterion: str | None
    wanted: Wanted


Move = Callable[[GoldInterview, Scenario, Bank, np.random.Generator], Moved | None]


def moves() -> Mapping[str, Move]:
    """All changes by name."""
    return {
        "evidence_added": evidence_added,
        "evidence_removed": evidence_removed,
        "retraction": retraction,
        "confident_but_wrong": confident_but_wrong,
        "question_echo": question_echo,
        "off_topic": off_topic,
        "keyword_stuffing": keyword_stuffing,
    }


def evidence_added(case: GoldInterview, scenario: Scenario, bank: Bank, rng: np.random.Generator) -> Moved | None:
    """An IC6 or IC7 answer to a criterion of which nothing or little was shown."""
    criterion = _one(case, rng, lambda level: level <= 1)
    options = [answer for level in (3, 4) for answer in bank.of(criterion, level)] if criterion else []
    if not criterion or not options:
        return None
    text = options[int(rng.integers(len(options)))].text
    return Moved(_say(case.turns, text, _area_turn(case, scenario, criterion)), criterion, "rises")


def evidence_removed(case: GoldInterview, _scenario: Scenario, bank: Bank, rng: np.random.Generator) -> Moved | None:
    """The answer to one criterion left out."""
    found = _spoken(case, bank, rng)
    if found is None:
        return None
    criterion, text = found
    turns = tuple(turn.model_copy(update={"text": turn.text.replace(text, "").strip() or "Let me think."}) for turn in case.turns)
    return Moved(turns, criterion, "falls")


def retraction(case: GoldInterview, _scenario: Scenario, bank: Bank, rng: np.random.Generator) -> Moved | None:
    """The answer to one criterion taken back, sentence by sentence, right after it."""
    found = _spoken(case, bank, rng)
    if found is None:
        return None
    criterion, text = found
    lines = [line for line in re.split(r"(?<=[.!?])\s+", text) if len(line.split()) >= 3]
    back = " ".join(f"Scratch what I said, I would not do this after all: {line}" for line in lines)
    turns = tuple(turn.model_copy(update={"text": turn.text.replace(text, f"{text}\n{back}")}) for turn in case.turns)
    return Moved(turns, criterion, "falls")


def confident_but_wrong(case: GoldInterview, scenario: Scenario, bank: Bank, rng: np.random.Generator) -> Moved | None:
    """A below-the-bar answer to a criterion of which nothing was shown, said with great confidence."""
    criterion = _one(case, rng, lambda level: level == 0)
    options = bank.of(criterion, 1) if criterion else ()
    if not criterion or not options:
        return None
    text = "There is no doubt about this. " + options[int(rng.integers(len(options)))].text + " I am absolutely certain of it."
    return Moved(_say(case.turns, text, _area_turn(case, scenario, criterion)), criterion, "floor")


def question_echo(case: GoldInterview, _scenario: Scenario, _bank: Bank, _rng: np.random.Generator) -> Moved:
    """Every answer replaced by the question before it, and by the facts told, in the candidate's mouth."""
    turns: list[Turn] = []
    heard: list[str] = []
    for turn in case.turns:
        if turn.speaker == "candidate":
            turns.append(turn.model_copy(update={"text": "So, " + " ".join(heard[-3:])}))
        else:
            heard.append(turn.text)
            turns.append(turn)
    return Moved(tuple(turns), None, "floor")


def off_topic(case: GoldInterview, _scenario: Scenario, _bank: Bank, rng: np.random.Generator) -> Moved:
    """Every answer replaced by talk about something else."""
    lines = talk()["off_topic"]

    def speech() -> str:
        return " ".join(str(line) for line in rng.permutation(lines)[:4])

    return Moved(tuple(_replaced(turn, speech()) for turn in case.turns), None, "floor")


def keyword_stuffing(case: GoldInterview, scenario: Scenario, _bank: Bank, rng: np.random.Generator) -> Moved:
    """Every answer replaced by names of concepts and words of the rubric, with nothing said about them."""
    words = [wording for concept in scenario.reference.concepts for wording in concept.wordings]
    words += [word for item in scenario.rubric.criteria for word in _keywords(item)]

    def speech() -> str:
        return ", ".join(str(word) for word in rng.permutation(words)[:40]) + "."

    return Moved(tuple(_replaced(turn, speech()) for turn in case.turns), None, "floor")


def _keywords(criterion: Criterion) -> list[str]:
    return re.findall(r"[a-z-]{6,}", f"{criterion.title} {criterion.anchors.ic6}".lower())


def _replaced(turn: Turn, text: str) -> Turn:
    return turn.model_copy(update={"text": text}) if turn.speaker == "candidate" else turn


def _one(case: GoldInterview, rng: np.random.Generator, fits: Callable[[int], bool]) -> str | None:
    options = sorted(key for key, level in case.levels.items() if fits(level))
    return str(rng.choice(options)) if options else None


def _spoken(case: GoldInterview, bank: Bank, rng: np.random.Generator) -> tuple[str, str] | None:
    """A criterion shown at IC6 or above, and the very words of its answer."""
    said = "\n".join(turn.text for turn in case.turns if turn.speaker == "candidate")
    options = [(item.criterion, item.text.strip()) for item in bank.answers if item.level >= 3 and item.text.strip() in said]
    return options[int(rng.integers(len(options)))] if options else None


def _area_turn(case: GoldInterview, scenario: Scenario, criterion: str) -> int:
    """The last candidate turn on the criterion's own area, else the last of all."""
    dimension = next(item.dimension for item in scenario.rubric.criteria if item.id == criterion)
    spoken = [turn for turn in case.turns if turn.speaker == "candidate"]
    near = [turn.index for turn in spoken if turn.area == dimension]
    return near[-1] if near else spoken[-1].index


def _say(turns: Turns, text: str, at: int) -> Turns:
    return tuple(turn.model_copy(update={"text": f"{turn.text}\n{text}"}) if turn.index == at else turn for turn in turns)
