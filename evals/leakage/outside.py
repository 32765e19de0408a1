"""Scores turns of any dialogue in which something is hidden, so that the guard can be held against published labelled sets."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sklearn.metrics import average_precision_score

from agents.dialogue import Speaker, Transcript
from agents.encoder import SentenceEncoder
from agents.guard.artefact import Artefact, packaged_artefact
from agents.guard.hidden import Hidden
from agents.guard.reading import Reader, packaged_reader
from agents.guard.scorer import Scorer
from evals.leakage.figures import Figure, auroc, bootstrap
from evals.leakage.judge import JudgeReport, kappa
from evals.leakage.labelled import DataError, one_line, read_lines, transcript_of
from scenarios.model import Model

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
MIN_CHARS = 3
CUT = 0.5
RECALL = 0.9


class OutsideLine(BaseModel):
    """A turn of the context; fields that we do not know are ignored."""

    model_config = ConfigDict(frozen=True)

    speaker: str = "other"
    text: str


class OutsideConcept(BaseModel):
    """A hidden part of a solution."""

    model_config = ConfigDict(frozen=True)

    name: str
    wordings: tuple[str, ...] = ()


class OutsideCase(BaseModel):
    """One labelled turn of somebody else's data."""

    model_config = ConfigDict(frozen=True)

    id: str | int
    context: str | tuple[OutsideLine, ...] = ()
    turn: str
    label: Literal["yes", "no"]
    kind: Literal["fact", "approach", "none"] | None = None
    hidden_solution: str | None = None
    hidden_facts: tuple[str, ...] = ()
    hidden_concepts: tuple[OutsideConcept, ...] = ()
    group: str | None = None

    @property
    def transcript(self) -> Transcript:
        """The context; whoever asked or answered as the person taught counts as the candidate."""
        if isinstance(self.context, str):
            return transcript_of([("candidate", self.context)] if self.context.strip() else [])
        return transcript_of([(_speaker(line.speaker), line.text) for line in self.context])


class OutsideReport(Model):
    """The figures that DESIGN.md names, each with a 95 % interval by group."""

    schema_version: Literal[1] = 1
    n: int
    left_out: int = Field(
        default=0, description="Cases that say nothing of what is hidden: there is nothing to hold the turn against."
    )
    leaks: int
    groups: int
    auroc: Figure
    average_precision: Figure
    f1: Figure
    kappa: Figure
    fpr_at_90_recall: Figure
    by_kind: dict[str, Figure] = Field(default={}, description="AUROC of each kind of leak against all harmless turns.")
    judge: JudgeReport | None = None


def load_outside(path: Path) -> tuple[OutsideCase, ...]:
    """All cases of a JSONL file; raises DataError naming file, line and field."""
    found = []
    for number, line in enumerate(read_lines(path), 1):
        try:
            found.append(OutsideCase.model_validate(json.loads(line)))
        except (ValidationError, json.JSONDecodeError) as error:
            raise DataError(f"{path}: line {number}: {one_line(error)}") from None
    return tuple(found)


class LeakScorer:
    """How much of what is hidden a turn gives away: the guard's own measurements, with secrets that need no scenario."""

    def __init__(self, encoder: SentenceEncoder, artefact: Artefact | None = None, reader: Reader | None = None) -> None:
        self._encoder = encoder
        self._artefact = artefact or packaged_artefact()
        self._reader = reader or packaged_reader()

    def score(self, turn: str, context: Transcript, secrets: Sequence[Hidden]) -> float:
        """Between 0 and 1; 0 if nothing is hidden."""
        scorer = Scorer(secrets, self._encoder, self._reader, self._artefact)
        return min(1.0, sum(suspicion.score for suspicion in scorer.suspicions(turn, context, frozenset())))


def secrets_of(case: OutsideCase) -> tuple[Hidden, ...]:
    """Facts one by one, the solution sentence by sentence, and the concepts."""
    solution = [part.strip() for part in _SENTENCE.split(case.hidden_solution or "") if len(part.strip()) >= MIN_CHARS]
    facts = [Hidden("fact", f"fact-{number}", (), (text,)) for number, text in enumerate([*case.hidden_facts, *solution])]
    concepts = [
        Hidden("approach", f"concept-{number}", (concept.name, *concept.wordings), ())
        for number, concept in enumerate(case.hidden_concepts)
    ]
    return (*facts, *concepts)


def outside_report(every: Sequence[OutsideCase], scorer: LeakScorer) -> OutsideReport:
    """Score every case that says what is hidden, and measure; intervals resample groups (each case its own if none is named).

    Raises DataError if there is no such case.
    """
    cases = [case for case in every if secrets_of(case)]
    if not cases:
        raise DataError(
            f"none of the {len(every)} cases has hidden_solution, hidden_facts or hidden_concepts:"
            " there is nothing to hold the turns against"
        )
    labels = np.array([case.label == "yes" for case in cases], bool)
    scores = np.array([scorer.score(case.turn, case.transcript, secrets_of(case)) for case in cases])
    groups = [case.group or str(case.id) for case in cases]
    blocked = scores >= CUT
    kinds = sorted({case.kind for case in cases if case.kind and case.label == "yes"})
    return OutsideReport(
        n=len(cases),
        left_out=len(every) - len(cases),
        leaks=int(labels.sum()),
        groups=len(set(groups)),
        auroc=auroc(labels.tolist(), scores.tolist(), groups),
        average_precision=_figure(lambda rows: _precision(labels[rows], scores[rows]), groups, labels),
        f1=_figure(lambda rows: _f1(labels[rows], blocked[rows]), groups, labels),
        kappa=_figure(lambda rows: kappa(labels[rows], blocked[rows]), groups, labels),
        fpr_at_90_recall=_figure(lambda rows: false_positive_rate(labels[rows], scores[rows]), groups, labels),
        by_kind={str(kind): _kind(cases, scores, groups, str(kind)) for kind in kinds},
    )


def false_positive_rate(labels: np.ndarray, scores: np.ndarray, recall: float = RECALL) -> float:
    """Share of harmless turns that reach the score which at least `recall` of the leaks reach; nan without both."""
    if labels.all() or not labels.any():
        return float("nan")
    leaks = np.sort(scores[labels])[::-1]
    cut = leaks[int(np.ceil(recall * len(leaks))) - 1]
    return float((scores[~labels] >= cut).mean())


def _kind(cases: Sequence[OutsideCase], scores: np.ndarray, groups: Sequence[str], kind: str) -> Figure:
    rows = [row for row, case in enumerate(cases) if case.label == "no" or case.kind == kind]
    return auroc([cases[row].label == "yes" for row in rows], [float(scores[row]) for row in rows], [groups[row] for row in rows])


def _figure(measure: object, groups: Sequence[str], labels: np.ndarray) -> Figure:
    if labels.all() or not labels.any():
        return Figure(value=None, n=len(labels))
    return bootstrap(measure, groups)  # type: ignore[arg-type]


def _precision(labels: np.ndarray, scores: np.ndarray) -> float:
    return float(average_precision_score(labels, scores)) if labels.any() else float("nan")


def _f1(labels: np.ndarray, blocked: np.ndarray) -> float:
    both = int((labels & blocked).sum())
    return 2 * both / max(1, int(labels.sum()) + int(blocked.sum()))


_CANDIDATES = ("candidate", "student", "user", "learner", "seeker", "interviewee", "applicant", "human", "pupil", "patient")


def _speaker(name: str) -> Speaker:
    lowered = name.strip().lower()
    if lowered == "facts":
        return "facts"
    return "candidate" if lowered.startswith(_CANDIDATES) else "interviewer"
