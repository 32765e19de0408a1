"""How much of the simulated candidate's wording stands in text that a part was fitted on or that the rubric gives as evidence."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from agents.candidate import Material
from agents.encoder import SentenceEncoder
from scenarios.model import Model
from scenarios.scenario import Scenario

EVALS = Path(__file__).parents[1]
FITTED = ("routing/data/fit.jsonl", *(f"leakage/data/{name}.jsonl" for name in ("fit", "development", "hard")))
GOLD = "gold/bank"
RUN = 8
MIN_WORDS = 5
_WORD = re.compile(r"[a-z0-9']+")


class Twin(NamedTuple):
    """A candidate's sentence and the fitted text that is nearest to it in one sense."""

    said: str
    fitted: str


class SharedWords(Model):
    """`n` sentences: how many share a run of at least `RUN` words with fitted text, and the longest such run."""

    n: int
    longest: int
    long_runs: int
    example: Twin


class Nearness(Model):
    """`n` sentences: cosine of each to the fitted text that is nearest in meaning."""

    n: int
    highest: float
    mean: float
    example: Twin


def shared_words(said: Sequence[str], fitted: Sequence[str], given: Sequence[str] = ()) -> SharedWords:
    """Runs of words that `said` shares with `fitted`; runs that also stand in `given` (what a candidate is told) do not count."""
    index, told = _Runs(fitted), _Runs(given)
    runs = [index.longest(text, told) for text in said]
    worst = max(range(len(said)), key=lambda n: runs[n][0])
    return SharedWords(
        n=len(said),
        longest=runs[worst][0],
        long_runs=sum(length >= RUN for length, _ in runs),
        example=Twin(said[worst], fitted[runs[worst][1]]),
    )


def nearness(said: Sequence[str], fitted: Sequence[str], encoder: SentenceEncoder, *, name: str) -> Nearness:
    """Cosine of each of `said` to the nearest of `fitted`; vectors are kept on disk under `name`."""
    fixed = encoder.encode_corpus(fitted, f"overlap-{name}-fitted")
    cosines = encoder.encode_corpus(said, f"overlap-{name}-said") @ fixed.T
    best = cosines.max(axis=1)
    top = int(best.argmax())
    example = Twin(said[top], fitted[int(cosines[top].argmax())])
    return Nearness(n=len(said), highest=float(best.max()), mean=float(best.mean()), example=example)


class _Runs:
    """Finds runs of words that a text shares with any of some texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [_words(text) for text in texts]
        self._starts: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for number, words in enumerate(self._texts):
            for position in range(len(words) - 2):
                self._starts.setdefault(words[position : position + 3], []).append((number, position))

    def longest(self, text: str, told: "_Runs") -> tuple[int, int]:
        """Length of the longest shared run beyond what was `told` (under 3 words counts as 0), and which text shares it."""
        words, best = _words(text), (0, 0)
        for position in range(len(words) - 2):
            length, number = self.run_from(words[position:])
            if length > best[0] and length > told.run_from(words[position:])[0]:
                best = (length, number)
        return best

    def run_from(self, words: tuple[str, ...]) -> tuple[int, int]:
        """Length of the longest run at the start of `words`, and which text shares it."""
        found = [(_common(words, self._texts[number][start:]), number) for number, start in self._starts.get(words[:3], ())]
        return max(found, default=(0, 0), key=lambda run: run[0])


def candidate_texts(material: Material) -> tuple[str, ...]:
    """What candidates say about a scenario, wording by wording."""
    return tuple(dict.fromkeys(text for text in material.texts if len(_words(text)) >= MIN_WORDS))


def given_texts(scenario: Scenario) -> tuple[str, ...]:
    """What a candidate is told or may be told in the interview: the brief and the facts."""
    return (*_strings(scenario.brief.model_dump()), *(fact.text for fact in scenario.facts.facts))


def fitted_texts(scenario: Scenario, evals: Path = EVALS) -> tuple[str, ...]:
    """Text that the grader, guard and router know of a scenario: rubric, reference, gold bank, and what they were fitted on."""
    found = list(_strings(scenario.rubric.model_dump())) + list(_strings(scenario.reference.model_dump()))
    bank = evals / GOLD / f"{scenario.id}.yaml"
    if bank.is_file():
        found += _strings(yaml.safe_load(bank.read_text(encoding="utf-8")))
    for path in (evals / name for name in FITTED):
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            found += _strings(json.loads(line))
    return tuple(dict.fromkeys(text for text in found if len(_words(text)) >= MIN_WORDS))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _all(value.values())
    elif isinstance(value, list | tuple):
        yield from _all(value)


def _all(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from _strings(value)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))
