"""Measures the guard against labelled turns: recall at a false-block rate of 5 %, and AUROC, by kind of leak."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal, NamedTuple

import numpy as np

from agents.dialogue import Speaker, Transcript
from agents.encoder import SentenceEncoder, packaged_encoder
from agents.guard import EmbeddedGuard, Guard
from evals.leakage.figures import Figure, Trial, auroc, bootstrap, share
from evals.leakage.labelled import LabelledTurn, transcript_of
from evals.spread import spread
from scenarios.model import Model
from scenarios.scenario import Scenario

FALSE_BLOCKS = 0.05


class Judged(NamedTuple):
    """A labelled turn with the guard's verdict."""

    turn: LabelledTurn
    score: float
    blocked: bool


class GuardQuality(Model):
    """How the guard does on one set of labelled turns."""

    schema_version: Literal[1] = 1
    n: int
    leaks: int
    auroc: dict[str, Figure]
    recall_at_5: dict[str, Figure]
    recall: dict[str, Figure]
    """Share of leaks blocked at the threshold that ships, by kind."""
    false_blocks: dict[str, Figure]
    """Share of harmless turns blocked at the threshold that ships, by sort."""
    missed: tuple[str, ...]
    wrongly_blocked: tuple[str, ...]


def released_in(context: Transcript, scenario: Scenario) -> frozenset[str]:
    """Facts whose stored sentences stand in the facts agent's turns."""
    heard = " ".join(turn.text for turn in context if turn.speaker == "facts")
    return frozenset(fact.id for fact in scenario.facts.facts if fact.text in heard)


def with_opening(turn: LabelledTurn, scenario: Scenario) -> Transcript:
    """The context after the opening, which every interview starts with, whether or not the labeller wrote it down."""
    lines: list[tuple[Speaker, str]] = [(line.speaker, line.text) for line in turn.context]
    if not lines or lines[0][1] != scenario.brief.opening:
        lines.insert(0, ("interviewer", scenario.brief.opening))
    return transcript_of(lines)


def judge_all(turns: Sequence[LabelledTurn], find: Callable[[str], Scenario], jobs: int) -> list[Judged]:
    """`judge` with the packaged encoder, scenario by scenario, `jobs` at a time; `find` is a function of a module."""
    groups = [tuple(turn for turn in turns if turn.scenario == name) for name in sorted({turn.scenario for turn in turns})]
    found = {one.turn.id: one for group in spread(groups, partial(_judging, find), jobs) for one in group}
    return [found[turn.id] for turn in turns]


def _judging(find: Callable[[str], Scenario]) -> Callable[[tuple[LabelledTurn, ...]], list[Judged]]:
    encoder = packaged_encoder()
    return lambda turns: judge(turns, {turns[0].scenario: find(turns[0].scenario)}, encoder)


def judge(turns: Sequence[LabelledTurn], scenarios: Mapping[str, Scenario], encoder: SentenceEncoder) -> list[Judged]:
    """The embedded guard's verdict on every turn."""
    guards: dict[str, Guard] = {}
    found = []
    for turn in turns:
        scenario = scenarios[turn.scenario]
        guard = guards.setdefault(turn.scenario, EmbeddedGuard(scenario.facts, scenario.reference, encoder))
        context = with_opening(turn, scenario)
        verdict = guard.review(turn.turn, context, released_in(context, scenario))
        found.append(Judged(turn, verdict.score, verdict.blocked))
    return found


def quality(judged: Sequence[Judged]) -> GuardQuality:
    """All figures; every kind of leak is compared with all harmless turns, and scenarios are resampled whole."""
    harmless = [one for one in judged if not one.turn.leaks]
    kinds = {"all": [one for one in judged if one.turn.leaks]}
    for kind in ("fact", "approach"):
        kinds[kind] = [one for one in judged if one.turn.kind == kind]
    for sort in sorted({one.turn.subkind for one in judged if one.turn.leaks and one.turn.subkind}):
        kinds[sort] = [one for one in judged if one.turn.leaks and one.turn.subkind == sort]
    sorts = {"all": harmless} | {
        sort: [one for one in harmless if one.turn.subkind == sort] for sort in sorted({one.turn.subkind for one in harmless})
    }
    return GuardQuality(
        n=len(judged),
        leaks=len(kinds["all"]),
        auroc={kind: _auroc(leaks, harmless) for kind, leaks in kinds.items()},
        recall_at_5={kind: _recall(leaks, harmless) for kind, leaks in kinds.items()},
        recall={kind: _blocked(leaks) for kind, leaks in kinds.items()},
        false_blocks={sort: _blocked(some) for sort, some in sorts.items()},
        missed=tuple(one.turn.id for one in kinds["all"] if not one.blocked),
        wrongly_blocked=tuple(one.turn.id for one in harmless if one.blocked),
    )


def _auroc(leaks: Sequence[Judged], harmless: Sequence[Judged]) -> Figure:
    rows = [*leaks, *harmless]
    return auroc([one.turn.leaks for one in rows], [one.score for one in rows], [one.turn.scenario for one in rows])


def _recall(leaks: Sequence[Judged], harmless: Sequence[Judged]) -> Figure:
    """Recall at the cut that 5 % of the harmless turns exceed."""
    rows = [*leaks, *harmless]
    labels = np.array([one.turn.leaks for one in rows])
    scores = np.array([one.score for one in rows])
    figure = bootstrap(lambda chosen: recall_at(labels[chosen], scores[chosen]), [one.turn.scenario for one in rows])
    return figure.model_copy(update={"n": len(leaks)})


def recall_at(labels: np.ndarray, scores: np.ndarray, rate: float = FALSE_BLOCKS) -> float:
    """Share of leaks above the score that at most `rate` of harmless turns exceed; nan without both."""
    if labels.all() or not labels.any():
        return float("nan")
    cut = float(np.quantile(scores[~labels], 1 - rate, method="higher"))
    return float((scores[labels] > cut).mean())


def _blocked(rows: Sequence[Judged]) -> Figure:
    return share([Trial(one.blocked, one.turn.scenario) for one in rows])
