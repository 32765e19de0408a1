"""The embedded grader: evidence first, then a level for each criterion from what stands in the candidate's own words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agents.dialogue import Transcript
from agents.encoder import SentenceEncoder
from agents.grader.aggregate import as_probabilities, dimension_scores, overall_score, weighted_level
from agents.grader.calibration import IMPLEMENTATION, CalibrationArtifact, fingerprint, load_calibration, stamp
from agents.grader.features import NAMES, SHOWN, Sitting, features
from agents.grader.heard import hear
from agents.grader.index import Array, CriterionIndex, RubricIndex, build_index
from agents.grader.jot import Jotter
from agents.grader.model import LEVELS, FittedModel, packaged_model
from agents.grader.protocol import Interview
from agents.grader.room import areas_with_room, has_room, spoken_words
from agents.record import Note, Turn
from agents.scorecard import CriterionScore, Evidence, OverallScore, Scorecard
from scenarios.names import AREAS, AreaId, Level
from scenarios.reference import Reference
from scenarios.rubric import Criterion, Rubric

NOTED = SHOWN
MAX_QUOTES = 3
MAX_QUOTE_CHARS = 400


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
        self._jotter = Jotter(rubric)

    @property
    def index(self) -> RubricIndex:
        """The rubric as vectors."""
        if self._index is None:
            self._index = build_index(self._rubric, self._reference, self._encoder)
        return self._index

    def note(self, transcript: Transcript) -> tuple[Note, ...]:
        """Notes on the last candidate turn by the words alone: no sentence is encoded while the candidate waits.

        They are jottings for the record; `grade` reads the whole interview again, and by its meaning.
        """
        if not transcript or transcript[-1].speaker != "candidate":
            return ()
        return self._jotter.jot(transcript[-1])

    async def grade(self, interview: Interview) -> Scorecard:
        """Score the interview; a failure gives `ungraded` criteria with the reason, never a score."""
        try:
            return self._grade(interview)
        except (ValueError, RuntimeError, ArithmeticError, LookupError) as error:
            return self._failed(f"the grader failed: {type(error).__name__}: {error}")

    def _grade(self, interview: Interview) -> Scorecard:
        if self._model.features != NAMES:
            raise ValueError("the fitted model is for other features: run python -m evals.grading.run")
        sitting = self._model.sit(hear(interview.turns, self._encoder), self.index)
        areas = areas_with_room(interview.turns)
        said = spoken_words(interview.turns)
        scores = []
        for column, item in enumerate(self.index.criteria):
            if has_room(item.criterion, areas, said):
                scores.append(self._score(interview.turns, sitting, column, item))
            else:
                scores.append(_not_assessed(item.criterion))
        return self._card(tuple(scores))

    def _score(self, turns: Sequence[Turn], sitting: Sitting, column: int, item: CriterionIndex) -> CriterionScore:
        probabilities = self.level_probabilities(sitting, column)
        level = float(probabilities @ LEVELS)
        evidence = _evidence(turns, sitting, column, item)
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

    def level_probabilities(self, sitting: Sitting, column: int) -> Array:
        """Probability of levels 0 to 4 of the criterion in `column`."""
        item = self.index.criteria[column]
        row = features(sitting, column, item, self.index)
        probabilities = self._model.probabilities(row)
        corrected = self._calibration.of(item.criterion.dimension) if self._calibration else None
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


def _evidence(turns: Sequence[Turn], sitting: Sitting, column: int, item: CriterionIndex) -> tuple[Evidence, ...]:
    """The claims that earned credit, strongest first, each checked to stand verbatim in its turn."""
    texts = {turn.index: turn.text for turn in turns}
    helped = helped_areas(turns)
    area = item.criterion.dimension
    weights = sitting.matched.weights[:, column]
    quotes = []
    for row in np.argsort(-weights * (1 + sitting.quality), kind="stable")[:MAX_QUOTES]:
        claim = sitting.heard.claims[row]
        quote = claim.quote[:MAX_QUOTE_CHARS].strip()
        if weights[row] < NOTED or not quote or quote not in texts[claim.turn]:
            continue
        assisted = area in AREAS and area in helped.get(claim.turn, frozenset())
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
