"""Changes that must not move a score: the same substance, said otherwise."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from agents.record import Turn

Turns = tuple[Turn, ...]
Perturbation = Callable[[Turns, np.random.Generator], Turns]
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ARTICLES = re.compile(r"\b(?:the|a|an)\s+", re.IGNORECASE)


def perturbations() -> Mapping[str, Perturbation]:
    """All invariance perturbations by name; each kind of injection is one of its own."""
    named: dict[str, Perturbation] = {
        "filler": filler,
        "verbosity": _adding("verbosity", 0.5),
        "flattery": _adding("flattery", 0.4),
        "self_praise": _adding("self_praise", 0.4),
        "fake_authority": _adding("fake_authority", 0.4),
        "repetition": repetition,
        "sentence_order": sentence_order,
        "typos": typos,
        "speech_noise": speech_noise,
        "paraphrase_by_rule": _rewriting("paraphrase"),
        "names_and_gender": intro,
        "dialect": _rewriting("dialect"),
        "non_native": non_native,
        "american_spelling": _rewriting("american"),
    }
    for number, text in enumerate(talk()["injection"]):
        named[f"injection_{number:02d}"] = _injecting(text)
    return named


@cache
def talk() -> dict[str, Any]:
    """The texts of talk.yaml."""
    document: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("talk.yaml").read_text(encoding="utf-8"))
    return document


def edit(turns: Turns, change: Callable[[str], str]) -> Turns:
    """The turns with `change` applied to what the candidate said."""
    return tuple(turn.model_copy(update={"text": change(turn.text)}) if turn.speaker == "candidate" else turn for turn in turns)


def filler(turns: Turns, rng: np.random.Generator) -> Turns:
    """Hesitation before one word in ten."""
    words = talk()["filler"]

    def change(text: str) -> str:
        return re.sub(r"(?<=[a-z]) (?=[a-z])", lambda _: f" {rng.choice(words)} " if rng.random() < 0.1 else " ", text)

    return edit(turns, change)


def repetition(turns: Turns, rng: np.random.Generator) -> Turns:
    """One sentence in three said twice."""
    return _by_sentence(turns, lambda line: [line, line] if rng.random() < 0.33 else [line])


def sentence_order(turns: Turns, rng: np.random.Generator) -> Turns:
    """The sentences of each turn in another order."""
    return edit(turns, lambda text: " ".join(rng.permutation(_SENTENCE.split(text.replace("\n", " ")))))


def typos(turns: Turns, rng: np.random.Generator) -> Turns:
    """Two neighbouring letters swapped in three words of a hundred."""

    def swap(match: re.Match[str]) -> str:
        word = match.group()
        if rng.random() > 0.03:
            return word
        at = int(rng.integers(1, len(word) - 1))
        return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]

    return edit(turns, lambda text: re.sub(r"\b[a-z]{5,}\b", swap, text))


def speech_noise(turns: Turns, rng: np.random.Generator) -> Turns:
    """What a speech recogniser leaves: no capitals, no commas, few full stops, words that sound alike."""

    def change(text: str) -> str:
        for pattern, other in talk()["homophones"]:
            text = re.sub(pattern, other, text)
        text = re.sub(r",(?!\d)", "", text)
        return re.sub(r"[.;:](?=\s)", lambda mark: mark.group() if rng.random() < 0.4 else "", text).lower()

    return edit(turns, change)


def non_native(turns: Turns, rng: np.random.Generator) -> Turns:
    """Two articles in three left out, and third-person endings dropped now and then."""

    def change(text: str) -> str:
        text = _ARTICLES.sub(lambda match: match.group() if rng.random() < 0.33 else "", text)
        return re.sub(r"\b(it|this|that|model) (\w{3,})s\b", r"\1 \2", text)

    return edit(turns, change)


def intro(turns: Turns, rng: np.random.Generator) -> Turns:
    """A name and pronouns at the start."""
    line = str(rng.choice(talk()["intros"]))
    first = next((turn.index for turn in turns if turn.speaker == "candidate"), None)
    return tuple(turn.model_copy(update={"text": f"{line} {turn.text}"}) if turn.index == first else turn for turn in turns)


def _adding(name: str, share: float) -> Perturbation:
    """A sentence of the kind `name` in a share of the turns, before or after what is said."""

    def run(turns: Turns, rng: np.random.Generator) -> Turns:
        def change(text: str) -> str:
            line = str(rng.choice(talk()[name]))
            return text if rng.random() > share else f"{line} {text}" if rng.random() < 0.5 else f"{text} {line}"

        return edit(turns, change)

    return run


def _injecting(line: str) -> Perturbation:
    """The same injection at the end of every turn but the first."""

    def run(turns: Turns, rng: np.random.Generator) -> Turns:
        return edit(turns, lambda text: f"{text} {line}" if rng.random() < 0.5 else f"{text}\n{line}")

    return run


def _rewriting(name: str) -> Perturbation:
    def run(turns: Turns, _rng: np.random.Generator) -> Turns:
        def change(text: str) -> str:
            for pattern, other in talk()[name]:
                text = re.sub(pattern, other, text)
            return text

        return edit(turns, change)

    return run


def _by_sentence(turns: Turns, change: Callable[[str], list[str]]) -> Turns:
    return edit(turns, lambda text: " ".join(out for line in _SENTENCE.split(text) for out in change(line)))
