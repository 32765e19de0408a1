"""The embedded router: segments a turn, judges each segment with the fitted model, and puts the routing together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from agents.dialogue import CandidateAct, MetaKind
from agents.encoder import SentenceEncoder
from agents.router.answered import answer_features
from agents.router.assumptions import confirmed_fact
from agents.router.classifier import SegmentModel
from agents.router.followups import context_of, stand_alone
from agents.router.labels import Label
from agents.router.phrases import announces, asks
from agents.router.protocol import Heard, Routing
from agents.router.questions import split_questions
from agents.router.rules import certain
from agents.router.segments import Segment, segment

MAX_JUDGED = 160
MAX_ENCODED = 12
MAX_PAIRS = 6
MAX_QUESTIONS = 12
SURE = 0.985
DOUBTFUL, NOUN_PHRASE = 0.6, 5  # what lacks the form of a question must be likely to be one, unless it is a bare noun phrase
CONTENT: frozenset[Label] = frozenset({"question", "statement", "hint_request"})
META: tuple[MetaKind, ...] = ("repeat", "clarify", "time", "process", "greeting", "thinking")
ORDER: tuple[CandidateAct, ...] = get_args(CandidateAct)


@dataclass(frozen=True)
class Judged:
    """A segment with what it most likely is; `questions` when it asks for a fact in other words than its own."""

    segment: Segment
    label: Label
    probability: dict[Label, float]
    questions: tuple[str, ...] = ()


class EmbeddedRouter:
    """Deterministic, without a model call: rules and a logistic regression on cues and sentence embeddings.

    It decides from the words spoken alone. The sheet's topics would be a covert channel: the routing reaches the
    interviewer, whose input must not change when an undisclosed fact does.
    """

    def __init__(self, encoder: SentenceEncoder, _topics: tuple[str, ...] = (), *, model: SegmentModel | None = None) -> None:
        self._encoder = encoder
        self._model = model or SegmentModel.load()

    def route(self, heard: Heard) -> Routing:
        """Route one turn; never raises on any text, and the work is bounded whatever its length."""
        segments = segment(heard.text)
        if not segments:
            return Routing(acts=("empty",))
        judged = _confirmations(self._answered(self._judge(segments)))
        judged = _without_asides(judged)
        labels = {item.label for item in judged}
        questions = _questions(judged, heard) if "question" in labels else ()
        statement = _verbatim(heard.text, [item.segment for item in judged if item.label == "statement"])
        meta = next((kind for kind in META if kind in labels), None)
        acts: set[CandidateAct] = {act for act in ORDER if act in labels and act != "question"}
        acts |= {"question"} if questions else set()
        acts |= {"meta"} if meta or not acts else set()
        return Routing(
            acts=tuple(act for act in ORDER if act in acts),
            questions=questions,
            statement=statement,
            meta=(meta or "thinking") if "meta" in acts else None,
        )

    def _judge(self, segments: Sequence[Segment]) -> list[Judged]:
        """Judge every segment by its words, and the most doubtful ones by their embedding too."""
        chosen = _worth_judging(segments)
        features = self._model.features([segments[index].text for index in chosen])
        probabilities = self._model.from_words(features)
        doubtful = [row for row in np.argsort(probabilities.max(axis=1), kind="stable") if probabilities[row].max() < SURE][
            :MAX_ENCODED
        ]
        if doubtful:
            vectors = self._encoder.encode([segments[chosen[row]].text for row in doubtful])
            probabilities[doubtful] = self._model.from_both(features[doubtful], vectors)
        rows = dict(zip(chosen, probabilities, strict=True))
        return [self._judged(item, rows.get(index)) for index, item in enumerate(segments)]

    def _judged(self, item: Segment, row: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None) -> Judged:
        if row is None or item.code:
            return Judged(item, "statement", {})
        probability = dict(zip(self._model.labels, map(float, row), strict=True))
        sure = certain(item.text)
        label = sure or self._model.labels[int(row.argmax())]
        if (
            label == "question"
            and sure is None
            and probability["question"] < DOUBTFUL
            and not asks(item.text)
            and len(item.text.split()) > NOUN_PHRASE
        ):
            label = "statement"
        return Judged(item, label, probability)

    def _answered(self, judged: list[Judged]) -> list[Judged]:
        """Turn a question that the speaker answers in the next breath into part of the statement."""
        result = list(judged)
        pairs = 0
        for index in range(len(judged) - 1):
            item, following = judged[index], judged[index + 1]
            if pairs == MAX_PAIRS:
                break
            if item.label in ("question", "hint_request") and following.label == "statement" and asks(item.segment.text):
                pairs += 1
                one, two = self._encoder.encode([item.segment.text, following.segment.text])
                features = answer_features(item.segment.text, following.segment.text, item.probability, float(one @ two))
                if self._model.answers_itself(features) > 0.5:
                    result[index] = replace(item, label="statement")
        return result


def _worth_judging(segments: Sequence[Segment]) -> list[int]:
    """All segments of a usual turn; of an endless one its start, its end, and what is asked in between."""
    indices = range(len(segments))
    if len(segments) <= MAX_JUDGED:
        return list(indices)
    third = MAX_JUDGED // 3
    middle = [index for index in indices[third:-third] if segments[index].asked or asks(segments[index].text)][:third]
    return [*indices[:third], *middle, *indices[-third:]]


def _confirmations(judged: list[Judged]) -> list[Judged]:
    """Tell a fact to confirm ("ten million users, is that right?") from an approach to approve ("trees, is that right?")."""
    result = list(judged)
    for index, item in enumerate(judged):
        before = judged[index - 1].segment.text if index and judged[index - 1].label == "statement" else ""
        question = confirmed_fact(before, item.segment.text)
        if question:
            result[index] = replace(item, label="question", questions=(question,))
    return result


def _without_asides(judged: list[Judged]) -> list[Judged]:
    """Leave out fillers, pauses before content, and 'I'm done' when the candidate then goes on."""
    last = max((index for index, item in enumerate(judged) if item.label in CONTENT), default=-1)
    kept: list[Judged] = []
    for index, item in enumerate(judged):
        passing = item.label in ("thinking", "finished") and index < last
        following = judged[index + 1] if index + 1 < len(judged) else None
        announced = bool(following and following.label == "question" and announces(item.segment.text))
        if item.label != "filler" and not passing and not announced:
            kept.append(item)
    return kept


def _questions(judged: Sequence[Judged], heard: Heard) -> tuple[str, ...]:
    context = context_of(heard.previous)
    found: list[str] = []
    for item in judged:
        if item.label != "question":
            continue
        for question in item.questions or split_questions(item.segment.text):
            full = stand_alone(question, context)
            found.append(full)
            context = context.after(full)
    return tuple(dict.fromkeys(found))[:MAX_QUESTIONS]


def _verbatim(text: str, segments: Sequence[Segment]) -> str:
    """The words of `segments` as spoken; neighbours keep what stands between them."""
    parts: list[str] = []
    end = -1
    for item in segments:
        between = text[end : item.start] if parts else "\n"
        if any(character.isalnum() for character in between) or not parts:
            parts.append(item.text)
        else:
            parts[-1] += between + item.text
        end = item.end
    return "\n".join(parts)
