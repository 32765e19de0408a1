"""The embedded router: segments a turn, judges each segment with the fitted model, and puts the routing together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import numpy as np

from agents.dialogue import CandidateAct, MetaKind
from agents.encoder import SentenceEncoder
from agents.router.answered import answer_features
from agents.router.classifier import SegmentModel
from agents.router.followups import context_of, stand_alone
from agents.router.labels import Label, Numbers
from agents.router.phrases import asks, counts_off, declares
from agents.router.protocol import Heard, Routing
from agents.router.questions import split_questions
from agents.router.rules import certain
from agents.router.segments import Segment, segment
from agents.router.setting import Setting, setting_of
from agents.router.together import Judged, confirmations, only_part_ended, pleas, without_asides, without_explanations

MAX_JUDGED = 160
MAX_ENCODED = 12
MAX_PAIRS = 12
MAX_QUESTIONS = 12
SURE = 0.8  # beside the embedding nothing is gained above this, by author held out
DOUBTFUL, NOUN_PHRASE = 0.6, 5  # what lacks the form of a question must be likely to be one, unless it is a bare noun phrase
DECLARED, DOUBTED = 1.1, 0.8  # what is plainly told is no question, and is talk about the interview only if that is likely
FORMED: frozenset[Label] = frozenset({"question", "hint_request", "repeat", "time", "process"})
META: tuple[MetaKind, ...] = ("repeat", "clarify", "time", "process", "greeting", "thinking")
ORDER: tuple[CandidateAct, ...] = get_args(CandidateAct)


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
        judged = self._judge(segments, setting_of(heard.previous))
        judged = without_asides(without_explanations(confirmations(self._answered(pleas(judged)))))
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
            part_ended=only_part_ended(judged),
        )

    def _judge(self, segments: Sequence[Segment], setting: Setting) -> list[Judged]:
        """Judge every segment by rules, what they leave open by its words, and what is then in doubt by its embedding too."""
        judged = [Judged(item, "statement", {}) for item in segments]
        undecided: list[int] = []
        for index in _worth_judging(segments):
            rule = None if segments[index].code else certain(segments[index].text)
            if rule:
                judged[index] = Judged(segments[index], rule, {rule: 1.0})
            elif not segments[index].code:
                undecided.append(index)
        if undecided:
            rows = self._probabilities([segments[index].text for index in undecided], setting)
            for index, row in zip(undecided, rows, strict=True):
                judged[index] = _most_likely(segments[index], dict(zip(self._model.labels, map(float, row), strict=True)))
        return judged

    def _probabilities(self, texts: Sequence[str], setting: Setting) -> Numbers:
        features = self._model.features(texts, setting)
        probabilities = self._model.from_words(features)
        best = probabilities.max(axis=1)
        doubtful = [int(row) for row in np.argsort(best, kind="stable") if best[row] < SURE][:MAX_ENCODED]
        if doubtful:
            vectors = self._encoder.encode([texts[row] for row in doubtful])
            probabilities[doubtful] = self._model.from_both(features[doubtful], vectors)
        return probabilities

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
                features = answer_features(item.segment.text, following.segment.text, item.probability)
                if self._model.answers_itself(features) > 0.5:
                    result[index] = replace(item, label="statement")
        return result


def _most_likely(item: Segment, probability: dict[Label, float]) -> Judged:
    possible = [one for one in probability if one != "finished" or not counts_off(item.text)]
    label = max(possible, key=lambda one: probability[one])
    needed = _needed(label, item.text)
    return Judged(item, "statement" if probability[label] < needed else label, probability)


def _needed(label: Label, text: str) -> float:
    """How likely a label must be to be believed of a segment that has not the form of a question."""
    if label not in FORMED or len(text.split()) <= NOUN_PHRASE or asks(text):
        return 0.0
    if declares(text):
        return DECLARED if label in ("question", "hint_request") else DOUBTED
    return DOUBTFUL if label == "question" else 0.0


def _worth_judging(segments: Sequence[Segment]) -> list[int]:
    """All segments of a usual turn; of an endless one its start, its end, and what is asked in between."""
    indices = range(len(segments))
    if len(segments) <= MAX_JUDGED:
        return list(indices)
    third = MAX_JUDGED // 3
    middle = [index for index in indices[third:-third] if segments[index].asked or asks(segments[index].text)][:third]
    return [*indices[:third], *middle, *indices[-third:]]


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
