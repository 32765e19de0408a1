"""The LLM grader: one call for each dimension, distributions over levels, and quotes that code finds in the transcript."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, Field, create_model, field_validator

from agents.dialogue import Transcript, Usage
from agents.fence import fence
from agents.grader.aggregate import as_probabilities, dimension_scores, overall_score, weighted_level
from agents.grader.embedded import EmbeddedGrader, helped_areas, next_level
from agents.grader.evidence import Quoted, spoken_evidence
from agents.grader.index import Array
from agents.grader.model import LEVELS, Line
from agents.grader.protocol import Interview
from agents.grader.room import areas_with_room, has_room, spoken_words
from agents.model import ChatModel, Message, ModelFailure, add, system, user
from agents.prompts import Prompt, load_prompt
from agents.record import Note, Turn
from agents.scorecard import CriterionScore, Evidence, Scorecard
from scenarios.names import Level
from scenarios.reference import Reference
from scenarios.rubric import Criterion, Dimension, Rubric

VERSION = "llm/1"
PROMPT = Path(__file__).with_name("prompt.md")
UNCALIBRATED = Line(deviation=0.6, half_width=1.0)
"""No people's gradings were compared with a model's: levels go through as they are, with the width of a guess."""
MAX_TOKENS = 3000
HOPELESS = frozenset({"auth", "not_found", "budget_exhausted", "connection", "context_overflow"})
"""What the other dimensions would meet as well."""


class Judged(BaseModel):
    """What the model says of one criterion."""

    criterion: str
    quotes: list[Quoted]
    why: str
    levels: list[float]

    @field_validator("levels")
    @classmethod
    def _distribution(cls, value: list[float]) -> list[float]:
        if len(value) != len(LEVELS) or min(value) < 0 or not 0.5 <= sum(value) <= 1.5:
            raise ValueError("levels must be five numbers of 0 or more that add up to 1")
        return value


class Judgements(BaseModel):
    """What the model says of one dimension."""

    criteria: list[Judged] = Field(min_length=1)


Reading = dict[str, Judged] | str
"""One sample of one dimension: what was judged by criterion, or why there is nothing."""


class LlmGrader:
    """Holds rubric, reference and a model; notes during the interview are the embedded grader's, and cost no call."""

    def __init__(
        self,
        rubric: Rubric,
        reference: Reference,
        notes: EmbeddedGrader,
        model: ChatModel,
        *,
        target_level: Level,
        samples: int = 1,
        prompt: Prompt | None = None,
    ) -> None:
        self._rubric = rubric
        self._notes = notes
        self._model = model
        self._target: Level = target_level
        self._samples = samples
        self._prompt = prompt or load_prompt(PROMPT)
        # One schema for all dimensions: servers put it before the messages, and a prefix that differs is not cached.
        self._schema = judgements_schema(tuple(item.id for item in rubric.criteria))
        self._system = system(self._prompt.fill("system", reference=_reference_text(reference), rubric=_rubric_text(rubric)))

    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        """Notes on the last candidate turn."""
        return self._notes.note(transcript)

    async def grade(self, interview: Interview) -> Scorecard:
        """Score the interview; a failure gives `ungraded` criteria with the reason, never a score."""
        areas, said = areas_with_room(interview.turns), spoken_words(interview.turns)
        open_criteria = [item for item in self._rubric.criteria if has_room(item, areas, said)]
        spent: list[Usage] = []
        readings = await self._readings(interview, open_criteria, spent)
        wanted = {item.id for item in open_criteria}
        helped = helped_areas(interview.turns)
        scores = tuple(
            _scored(item, readings[item.dimension], interview.turns, helped)
            if item.id in wanted
            else CriterionScore(
                id=item.id, dimension=item.dimension, status="not_assessed", reason="The interview gave no room to show this."
            )
            for item in self._rubric.criteria
        )
        return self._card(scores, reduce(add, spent, Usage()))

    async def _readings(
        self, interview: Interview, criteria: Sequence[Criterion], spent: list[Usage]
    ) -> dict[str, list[Reading]]:
        """Every sample of every dimension; one call goes ahead, so that the others find the server's prefix cache filled.

        What each call cost, failed or not, is added to `spent`.
        """
        transcript = "\n".join(_turn(turn) for turn in interview.turns)
        jobs = [
            (dimension, mine, sample)
            for dimension in self._rubric.dimensions
            if (mine := [item for item in criteria if item.dimension == dimension.id])
            for sample in range(self._samples)
        ]
        readings: dict[str, list[Reading]] = {dimension.id: [] for dimension, _, _ in jobs}
        if not jobs:
            return readings
        try:
            first = await self._read(transcript, *jobs[0], spent)
        except ModelFailure as failure:
            if failure.kind in HOPELESS:
                return {name: [failure.line()] for name in readings}
            first = failure.line()
        rest = await asyncio.gather(*(self._read(transcript, *job, spent) for job in jobs[1:]), return_exceptions=True)
        for (dimension, _, _), reading in zip(jobs, [first, *rest], strict=True):
            if isinstance(reading, BaseException) and not isinstance(reading, ModelFailure):
                raise reading
            readings[dimension.id].append(reading.line() if isinstance(reading, ModelFailure) else reading)
        return readings

    async def _read(
        self, transcript: str, dimension: Dimension, criteria: Sequence[Criterion], sample: int, spent: list[Usage]
    ) -> Reading:
        ids = tuple(item.id for item in criteria)
        interview = self._prompt.fill("interview", transcript=transcript)
        ask = self._prompt.fill("dimension", name=dimension.name, criteria=", ".join(ids))
        messages: tuple[Message, ...] = (self._system, user(f"{interview}\n\n{ask}"))
        limit = max(MAX_TOKENS, self._model.settings.max_tokens or 0)
        try:
            done = await self._model.complete(messages, role="grader", schema=self._schema, sample=sample, max_tokens=limit)
        except ModelFailure as failure:
            spent.append(failure.usage)
            raise
        spent.append(done.usage)
        judged: list[Judged] = [item for item in done.parsed.criteria if item.criterion in ids]
        named = [item.criterion for item in judged]
        return {item.criterion: item for item in judged if named.count(item.criterion) == 1}

    def _card(self, scores: tuple[CriterionScore, ...], usage: Usage) -> Scorecard:
        levels = {score.id: score.level for score in scores if score.level is not None}
        found = weighted_level(self._rubric, levels)
        level, share = found or (None, 0.0)
        return Scorecard(
            target_level=self._target,
            criteria=scores,
            dimensions=dimension_scores(self._rubric, scores, UNCALIBRATED),
            overall=overall_score(level, UNCALIBRATED, share, self._target),
            grader=VERSION,
            usage=usage,
        )


@lru_cache(maxsize=512)
def judgements_schema(ids: tuple[str, ...]) -> type[Judgements]:
    """`Judgements` with criteria closed to `ids`."""
    known: Any = Literal[ids]
    judged: Any = create_model("Judged", __base__=Judged, criterion=(known, ...))
    return create_model("Judgements", __base__=Judgements, criteria=(list[judged], Field(min_length=1)))


def _scored(
    criterion: Criterion, readings: Sequence[Reading], turns: Sequence[Turn], helped: dict[int, frozenset[Any]]
) -> CriterionScore:
    """The mean of the samples that hold up, `ungraded` with the reason if none does."""
    kept: list[tuple[Judged, tuple[Evidence, ...]]] = []
    reasons: list[str] = []
    for reading in readings:
        judged = reading if isinstance(reading, str) else reading.get(criterion.id, "the model left this criterion out")
        if isinstance(judged, str):
            reasons.append(judged)
            continue
        evidence = spoken_evidence(judged.quotes, turns, criterion.dimension, helped)
        if not evidence and _mean(judged) >= 1:
            reasons.append("the model named a level, but none of its quotes stands in the transcript")
        else:
            kept.append((judged, evidence))
    if not kept:
        reason = "; ".join(dict.fromkeys(reasons)) or "no grading was made"
        return CriterionScore(id=criterion.id, dimension=criterion.dimension, status="ungraded", reason=reason)
    probabilities = np.mean([_normal(judged) for judged, _ in kept], axis=0)
    level = float(probabilities @ LEVELS)
    judged, evidence = min(kept, key=lambda item: abs(_mean(item[0]) - level))
    return CriterionScore(
        id=criterion.id,
        dimension=criterion.dimension,
        level=round(level, 3),
        status="scored",
        reason=_one_line(judged.why) + (f" ({len(kept)} of {len(readings)} gradings)" if len(readings) > 1 else ""),
        probabilities=as_probabilities(probabilities),
        evidence=evidence,
        next_level=next_level(criterion, level),
    )


def _normal(judged: Judged) -> Array:
    values = np.array(judged.levels, float)
    return np.asarray(values / values.sum())


def _mean(judged: Judged) -> float:
    return float(_normal(judged) @ LEVELS)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300] or "No reason was given."


def _turn(turn: Turn) -> str:
    """One turn with its number, what it released, and whether it was a hint."""
    notes: dict[str, str] = {}
    if turn.released_fact_ids:
        notes["facts"] = ",".join(turn.released_fact_ids)
    if "hint" in turn.acts:
        notes["hint"] = "yes"
    return fence("turn", turn.text, n=turn.index, speaker=turn.speaker, **notes)


def _reference_text(reference: Reference) -> str:
    parts = [f"### {part.phase}\n{part.text}" for part in reference.answer]
    equal = [f"- instead of {item.instead_of}: {item.accept} ({item.because})" for item in reference.alternatives]
    return "\n".join([*parts, *(["### Equally good", *equal] if equal else [])])


def _rubric_text(rubric: Rubric) -> str:
    return "\n".join(
        f"### {dimension.name}\n" + "\n".join(_criterion_text(item) for item in rubric.criteria if item.dimension == dimension.id)
        for dimension in rubric.dimensions
    )


def _criterion_text(item: Criterion) -> str:
    lines = [
        f"{item.id}: {item.title}",
        f"  below the bar: {item.anchors.below}",
        f"  IC5: {item.anchors.ic5}",
        f"  IC6: {item.anchors.ic6}",
        f"  IC7: {item.anchors.ic7}",
        *(["  may be said, weakest first:"] if item.evidence else []),
        *(f"  - {line}" for line in item.evidence),
        *(f"  counts as much: {line}" for line in item.alternatives),
    ]
    if item.facts:
        lines.append(f"  facts that a strong candidate asks for: {', '.join(item.facts)}")
    return "\n".join(lines)
