"""Composes interviews with known levels from independently written answers, the same ones for the same seed."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import yaml

from agents.dialogue import Act, Speaker, words
from agents.encoder import BM25, terms
from agents.grader.aggregate import weighted_level
from agents.record import Turn
from evals.gold.cases import Answer, Bank, GoldInterview, Style
from evals.gold.profiles import Kind, Profile, draw
from scenarios.names import AREAS, AreaId, PhaseId
from scenarios.scenario import Scenario

SECONDS_A_WORD = 0.4
TARGET_WORDS = (1900, 2900)
PREFERRED: Mapping[Kind, tuple[Style, ...]] = {"fluent_empty": ("fluent_empty", "wordy"), "terse_deep": ("terse_deep", "plain")}
PLAN: tuple[tuple[Kind, int], ...] = (
    *(("even", aim) for aim in (1, 1, 2, 2, 2, 3, 3, 3, 4, 4)),
    *(("lopsided", aim) for aim in (2, 3)),
    *(("fluent_empty", aim) for aim in (1, 2)),
    *(("terse_deep", aim) for aim in (3, 4)),
    *(("sparse", aim) for aim in (2, 3)),
)
_PHASE_OF: Mapping[str, tuple[PhaseId, ...]] = {
    "navigation": ("clarify", "design"),
    "data": ("design", "deep_dive"),
    "features": ("deep_dive",),
    "modelling": ("design", "deep_dive"),
    "metrics": ("evaluate",),
}
_PHASES: tuple[PhaseId, ...] = ("clarify", "design", "deep_dive", "evaluate")


class _Line(NamedTuple):
    speaker: Speaker
    text: str
    phase: PhaseId
    act: Act
    area: AreaId | None = None
    facts: tuple[str, ...] = ()


Part = Literal["openers", "fillers", "closers"]


def compose_all(scenarios: Mapping[str, Scenario], banks: Mapping[str, Bank], seed: int = 7) -> tuple[GoldInterview, ...]:
    """Every interview of `PLAN` for every scenario that has a bank."""
    return tuple(case for name in sorted(banks) if name in scenarios for case in compose(scenarios[name], banks[name], seed))


def compose(scenario: Scenario, bank: Bank, seed: int = 7) -> Iterator[GoldInterview]:
    """The interviews of `PLAN` for one scenario."""
    sheet = _sheet(scenario)
    for number, (kind, aim) in enumerate(PLAN):
        rng = np.random.default_rng([seed, number, *scenario.id.encode()])
        profile = draw(scenario.rubric, kind, aim, rng)
        yield _Composer(scenario, sheet, bank, profile, rng).interview(f"{scenario.id}-{number:02d}-{kind}-{aim}")


class _Composer:
    """Puts one interview together: opening, clarifying questions, probes, answers mixing one to three criteria."""

    def __init__(self, scenario: Scenario, sheet: BM25, bank: Bank, profile: Profile, rng: np.random.Generator) -> None:
        self._scenario = scenario
        self._sheet = sheet
        self._bank = bank
        self._profile = profile
        self._rng = rng
        self._used: set[str] = set()
        self._levels = dict.fromkeys(profile.levels, 0)

    def interview(self, name: str) -> GoldInterview:
        answers = self._answers()
        budget = int(self._rng.integers(*TARGET_WORDS)) - sum(words(answer.text) for answer in answers.values())
        lines = [_Line("interviewer", self._scenario.brief.opening, "clarify", "opening")]
        lines += self._clarifying()
        for phase in _PHASES:
            lines += self._phase(phase, answers)
        lines = self._padded(lines, budget)
        lines.append(_Line("interviewer", "Thank you, that is all from my side.", "evaluate", "closing"))
        found = weighted_level(self._scenario.rubric, {key: float(value) for key, value in self._levels.items()})
        return GoldInterview(
            id=name,
            scenario=self._scenario.id,
            author=self._bank.author,
            origin="composed",
            kind=self._profile.kind,
            levels=self._levels,
            overall=round(found[0], 4) if found else 0.0,
            turns=_timed(lines),
        )

    def _answers(self) -> dict[str, Answer]:
        """One answer for each criterion that is to be shown; a level that the bank lacks becomes the nearest it has."""
        chosen: dict[str, Answer] = {}
        preferred = PREFERRED.get(self._profile.kind, ())
        for criterion, level in self._profile.levels.items():
            if level == 0:
                continue
            options = self._bank.of(criterion, level)
            options = tuple(item for item in options if item.style in preferred) or options
            if options:
                chosen[criterion] = options[int(self._rng.integers(len(options)))]
                self._levels[criterion] = level
        return chosen

    def _clarifying(self) -> Iterator[_Line]:
        """Questions and answers; what is asked must not show a criterion that the plan keeps lower."""
        asks = [ask for ask in self._bank.asks if self._harmless(ask)]
        count = min(len(asks), int(self._rng.integers(1, 6)))
        for ask in self._rng.permutation(asks)[:count] if count else ():
            fact = self._nearest_fact(str(ask))
            yield _Line("candidate", str(ask), "clarify", "question", "navigation")
            if fact is None:
                yield _Line("facts", "That is not specified; please state an assumption.", "clarify", "not_specified")
            else:
                text = next(item.text for item in self._scenario.facts.facts if item.id == fact)
                yield _Line("facts", text, "clarify", "answer", None, (fact,))

    def _harmless(self, ask: str) -> bool:
        fact = self._nearest_fact(ask)
        wanted = [item.id for item in self._scenario.rubric.criteria if fact in item.facts]
        return fact is not None and bool(wanted) and all(self._levels.get(item, 0) >= 2 for item in wanted)

    def _nearest_fact(self, ask: str) -> str | None:
        facts = self._scenario.facts.facts
        scores = self._sheet.scores(terms(ask))
        best = int(np.argmax(scores))
        return facts[best].id if scores[best] > 2.0 else None

    def _phase(self, phase: PhaseId, answers: Mapping[str, Answer]) -> Iterator[_Line]:
        """Every area of the phase is asked about, whether or not there is anything to say: silence is then not shown."""
        entry = next(item.entry for item in self._scenario.brief.phases if item.id == phase)
        yield _Line("interviewer", entry, phase, "transition")
        for area in AREAS:
            if phase not in _PHASE_OF[area]:
                continue
            mine = [key for key in self._rng.permutation(sorted(answers)) if self._home(str(key), phase, area)]
            groups = _grouped([str(key) for key in mine if key not in self._used], self._rng)
            for group in groups or [[]]:
                yield self._probe(phase, area, first=group is groups[0] if groups else True)
                self._used.update(group)
                yield _Line("candidate", self._speech([answers[key] for key in group]), phase, "statement", area)

    def _home(self, key: str, phase: PhaseId, area: AreaId) -> bool:
        """Whether a criterion is to be answered here; those of no area go wherever the draw puts them."""
        dimension = next(item.dimension for item in self._scenario.rubric.criteria if item.id == key)
        places = [(p, a) for p in _PHASES for a in AREAS if p in _PHASE_OF[a] and (dimension not in AREAS or a == dimension)]
        return places[sum(key.encode()) % len(places)] == (phase, area)

    def _probe(self, phase: PhaseId, area: AreaId, *, first: bool) -> _Line:
        probes = [item for item in self._scenario.brief.probes if item.area == area]
        fitting = [item for item in probes if item.phase == phase and (item.kind == "open") == first] or probes
        text = str(self._rng.choice([item.text for item in fitting])) if fitting else "What else matters here?"
        return _Line("interviewer", text, phase, "probe", area)

    def _speech(self, answers: Sequence[Answer]) -> str:
        if not answers:
            return str(self._rng.choice(_chatter()["openers"])) + " " + " ".join(self._fillers(2))
        return "\n".join(answer.text.strip() for answer in answers)

    def _padded(self, lines: list[_Line], budget: int) -> list[_Line]:
        """Talk without content, spread over the candidate's turns until the words drawn for this interview are reached."""
        spots = [index for index, line in enumerate(lines) if line.speaker == "candidate" and line.act == "statement"]
        while budget > 0 and spots:
            index = int(self._rng.choice(spots))
            (extra,) = self._fillers(1)
            text = lines[index].text
            text = f"{text} {extra}" if self._rng.random() < 0.5 else f"{extra} {text}"
            lines[index] = lines[index]._replace(text=text)
            budget -= words(extra)
        return lines

    def _fillers(self, count: int) -> list[str]:
        part: Part = ("openers", "fillers", "closers")[int(self._rng.choice(3, p=[0.15, 0.75, 0.1]))]
        return [str(item) for item in self._rng.choice(_chatter()[part], size=count, replace=False)]


def _grouped(keys: Sequence[str], rng: np.random.Generator) -> list[list[str]]:
    """Keys in groups of one to three."""
    groups: list[list[str]] = []
    rest = list(keys)
    while rest:
        size = int(rng.integers(1, 4))
        groups.append(rest[:size])
        rest = rest[size:]
    return groups


def _timed(lines: Sequence[_Line]) -> tuple[Turn, ...]:
    at = 0.0
    turns = []
    for index, line in enumerate(lines):
        at += words(line.text) * SECONDS_A_WORD
        turns.append(
            Turn(
                index=index,
                speaker=line.speaker,
                text=line.text,
                phase=line.phase,
                at=round(at, 1),
                acts=(line.act,),
                area=line.area,
                released_fact_ids=line.facts,
            )
        )
    return tuple(turns)


def _sheet(scenario: Scenario) -> BM25:
    return BM25([terms(" ".join((fact.topic, fact.text, *fact.questions))) for fact in scenario.facts.facts])


@cache
def _chatter() -> dict[Part, list[str]]:
    document: dict[Part, list[str]] = yaml.safe_load(Path(__file__).with_name("chatter.yaml").read_text(encoding="utf-8"))
    return document
