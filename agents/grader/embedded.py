"""The embedded grader: evidence first, then a level for each criterion from what stands in the candidate's own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agents.dialogue import Transcript
from agents.encoder import DIMENSIONS, SentenceEncoder
from agents.grader.aggregate import as_probabilities, dimension_scores, overall_score, weighted_level
from agents.grader.calibration import IMPLEMENTATION, CalibrationArtifact, fingerprint, load_calibration, stamp
from agents.grader.features import NAMES, features, pool
from agents.grader.heard import Heard, hear
from agents.grader.index import Array, CriterionIndex, RubricIndex, build_index
from agents.grader.matching import Matched, match
from agents.grader.model import LEVELS, FittedModel, packaged_model
from agents.grader.protocol import Interview
from agents.grader.room import areas_with_room, has_room, spoken_words
from agents.record import Note, Turn
from agents.scorecard import CriterionScore, Evidence, OverallScore, Scorecard
from scenarios.names import AREAS, AreaId, Level
from scenarios.reference import Reference
from scenarios.rubric import Criterion, Rubric

NOTED = 0.3
MAX_QUOTES = 3
MAX_NOTES = 6
MAX_QUOTE_CHARS = 400


@dataclass(frozen=True)
class _Sitting:
    """One interview as the grader works on it."""

    turns: tuple[Turn, ...]
    heard: Heard
    matched: Matched
    helped: dict[int, frozenset[AreaId]]


class EmbeddedGrader:
    """Deterministic; holds rubric and reference, and encodes them when first asked."""

    def __init__(
        self,
        rubric: Rubric,
        reference: Reference,
        encoder: SentenceEncoder,
        *,
        target_level: Level,
        model: FittedModel | None = None,
        calibration: CalibrationArtifact | Path | None = None,
    ) -> None:
        """Raises CalibrationError if `calibration` is a file that can't be read; one made for another grader is not used."""
        fitted = model or packaged_model()
        if fitted is None:
            raise ValueError("the grader's fitted model is missing: run python -m evals.grading.run")
        self._model = fitted
        artifact = load_calibration(calibration) if isinstance(calibration, Path) else calibration
        own = fingerprint(rubric.schema_version, fitted)
        self._stamp = stamp(artifact, own)
        self._calibration = artifact if artifact and artifact.fingerprint == own else None
        self._rubric = rubric
        self._reference = reference
        self._encoder = encoder
        self._target: Level = target_level
        self._index: RubricIndex | None = None

    @property
    def index(self) -> RubricIndex:
        """The rubric as vectors."""
        if self._index is None:
            self._index = build_index(self._rubric, self._reference, self._encoder)
        return self._index

    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        """Notes on the last candidate turn: its claims that are about a criterion, strongest first."""
        if not transcript or transcript[-1].speaker != "candidate":
            return ()
        heard = hear(transcript[-6:], self._encoder)
        weights = match(heard, self.index).weights
        last = transcript[-1].index
        found = [
            (float(weights[row, column]), row, column)
            for row, claim in enumerate(heard.claims)
            if claim.turn == last
            for column in [int(np.argmax(weights[row]))]
            if weights[row, column] >= NOTED
        ]
        found.sort(key=lambda item: (-item[0], item[1]))
        ids = [item.criterion.id for item in self.index.criteria]
        return tuple(
            Note(turn=last, criterion=ids[column], quote=heard.claims[row].quote[:MAX_QUOTE_CHARS], strength=round(weight, 3))
            for weight, row, column in found[:MAX_NOTES]
        )

    async def grade(self, interview: Interview) -> Scorecard:
        """Score the interview; a failure gives `ungraded` criteria with the reason, never a score."""
        try:
            return self._grade(interview)
        except (ValueError, RuntimeError, ArithmeticError, LookupError) as error:
            return self._failed(f"the grader failed: {type(error).__name__}: {error}")

    def _grade(self, interview: Interview) -> Scorecard:
        if self._model.features != NAMES:
            raise ValueError("the fitted model is for other features: run python -m evals.grading.run")
        heard = hear(interview.turns, self._encoder)
        sitting = _Sitting(interview.turns, heard, match(heard, self.index), helped_areas(interview.turns))
        areas = areas_with_room(interview.turns)
        said = spoken_words(interview.turns)
        scores = []
        for column, item in enumerate(self.index.criteria):
            if has_room(item.criterion, areas, said):
                scores.append(self._score(sitting, column, item))
            else:
                scores.append(_not_assessed(item.criterion))
        return self._card(tuple(scores))

    def _score(self, sitting: _Sitting, column: int, item: CriterionIndex) -> CriterionScore:
        weights = sitting.matched.weights[:, column]
        probabilities = self.level_probabilities(sitting.heard, sitting.matched, column)
        level = float(probabilities @ LEVELS)
        evidence = _evidence(sitting, weights, item)
        return CriterionScore(
            id=item.criterion.id,
            dimension=item.criterion.dimension,
            level=round(level, 3),
            status="scored",
            reason=_reason(evidence),
            probabilities=as_probabilities(probabilities),
            evidence=evidence,
            next_level=next_level(item.criterion, level),
        )

    def level_probabilities(self, heard: Heard, matched: Matched, column: int) -> Array:
        """Probability of levels 0 to 4 of the criterion in `column`."""
        row = features(heard, matched, column, self.index.criteria[column], self.index)
        pooled = pool(heard.vectors.astype(float), matched.weights[:, column]) if len(heard.claims) else np.zeros(DIMENSIONS)
        probabilities = self._model.probabilities(row, pooled)
        corrected = self._calibration.of(self.index.criteria[column].criterion.dimension) if self._calibration else None
        return corrected.apply(probabilities) if corrected and row.any() else probabilities

    def _card(self, scores: tuple[CriterionScore, ...]) -> Scorecard:
        levels = {score.id: score.level for score in scores if score.level is not None}
        found = weighted_level(self._rubric, levels)
        level, share = found or (None, 0.0)
        return Scorecard(
            target_level=self._target,
            criteria=scores,
            dimensions=dimension_scores(self._rubric, scores, self._model.dimension),
            overall=overall_score(
                level, self._calibration.overall if self._calibration else self._model.overall, share, self._target
            ),
            calibration=self._stamp,
            grader=IMPLEMENTATION,
        )

    def _failed(self, reason: str) -> Scorecard:
        scores = tuple(
            CriterionScore(id=item.id, dimension=item.dimension, status="ungraded", reason=reason)
            for item in self._rubric.criteria
        )
        return Scorecard(
            target_level=self._target,
            criteria=scores,
            dimensions=dimension_scores(self._rubric, scores, self._model.dimension),
            overall=OverallScore(decision_at_target="not assessed"),
            grader=IMPLEMENTATION,
        )


def helped_areas(turns: Sequence[Turn]) -> dict[int, frozenset[AreaId]]:
    """For each candidate turn the areas in which it was helped: hinted at before, or probed further just before it.

    The first question on an area only opens it; a follow-up, or another probe on the same area, points at something.
    """
    helped: dict[int, frozenset[AreaId]] = {}
    probed: AreaId | None = None
    opened: set[AreaId] = set()
    hinted: set[AreaId] = set()
    for turn in turns:
        if turn.speaker == "candidate":
            helped[turn.index] = frozenset({*turn.assisted, *hinted, *([probed] if probed else [])})
            probed = None
        elif turn.speaker == "interviewer":
            if "hint" in turn.acts and turn.area:
                hinted.add(turn.area)
            further = "follow_up" in turn.acts or ("probe" in turn.acts and turn.area in opened)
            probed = turn.area if further else None
            if turn.area:
                opened.add(turn.area)
    return helped


def next_level(criterion: Criterion, level: float) -> str | None:
    """What the next anchor asks for, or None at the top."""
    anchors = criterion.anchors
    step = int(np.floor(level + 0.5))
    wanted = {0: ("IC5", anchors.ic5), 1: ("IC5", anchors.ic5), 2: ("IC6", anchors.ic6), 3: ("IC7", anchors.ic7)}.get(step)
    return f"{wanted[0]}: {wanted[1]}" if wanted else None


def _evidence(sitting: _Sitting, weights: Array, item: CriterionIndex) -> tuple[Evidence, ...]:
    """The claims that earned credit, strongest first, each checked to stand verbatim in its turn."""
    texts = {turn.index: turn.text for turn in sitting.turns}
    area = item.criterion.dimension
    quotes = []
    for row in np.argsort(-weights, kind="stable")[:MAX_QUOTES]:
        claim = sitting.heard.claims[row]
        quote = claim.quote[:MAX_QUOTE_CHARS].strip()
        if weights[row] < NOTED or not quote or quote not in texts[claim.turn]:
            continue
        assisted = area in AREAS and area in sitting.helped.get(claim.turn, frozenset())
        quotes.append(Evidence(turn=claim.turn, quote=quote, assisted=assisted))
    return tuple(quotes)


def _reason(evidence: tuple[Evidence, ...]) -> str:
    if not evidence:
        return "There was room to show this, and nothing said was about it."
    helped = sum(item.assisted for item in evidence)
    count = f"{len(evidence)} statement{'s' if len(evidence) > 1 else ''}"
    return f"{count} about this" + (f", {helped} of them after a probe or hint on this area." if helped else ", unprompted.")


def _not_assessed(criterion: Criterion) -> CriterionScore:
    return CriterionScore(
        id=criterion.id, dimension=criterion.dimension, status="not_assessed", reason="The interview gave no room to show this."
    )
