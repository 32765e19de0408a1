"""Tells a rhetorical question, which its speaker goes on to answer, from one that is followed by the reason for asking."""

import re
from collections.abc import Mapping

import numpy as np

from agents.router.cues import CUES
from agents.router.labels import Label, Numbers
from agents.router.phrases import plain, without_fillers

ANSWER_FEATURES = (
    "p_question",
    "p_hint_request",
    "similarity",
    "next_answers",
    "next_plans",
    "next_then",
    "next_gives_reason",
    "next_refers_back",
    "next_estimates",
    "next_doubts",
    "overlap",
    "opens_so",
    "interrupts",
    "situation",
)
_ANSWERS = re.compile(
    r"^(?:well|probably|yes|no|yeah|by|because|since|mostly|mainly|let's say|let me assume|i think|i believe|i guess|i prefer|"
    r"i would think|not really|there is|there are|they|it's|it does|maybe|say)\b|\bi (?:guess|think|believe|suppose)\W*$"
)
_REASON = re.compile(
    r"\b(?:i ask|asking|if so|if not|otherwise|(?:that|this|it|which) (?:will|would|decides|drives|matters|determines)|"
    r"depends on (?:it|that|this)|because (?:it|that|this)|i want to|i(?:'d| would)? need (?:it|that|this|to)|i'd like|so that i|"
    r"then i can|we may need|would save|i'd then|(?:use|using) (?:it|them|their|that|those)|i'd want|depends)\b"
)
_BACK = re.compile(r"\b(?:it|this|that|them|their)\b")
_INTERRUPTS = re.compile(r"\b(?:by the way|btw|also|oh|actually|(?:quick|one) (?:question|thing)|before i forget|sorry)\b")
_CONTENT = re.compile(r"[a-z]{4,}")


def answer_features(asked: str, following: str, probability: Mapping[Label, float], similarity: float) -> Numbers:
    """What tells a question that its speaker answers from a real one; float64 (len(ANSWER_FEATURES),).

    `similarity` is the cosine between the question and what follows it.
    """
    question, answer = without_fillers(plain(asked)), plain(following)
    core = without_fillers(answer)
    reason = bool(_REASON.search(answer))
    flags = (
        bool(_ANSWERS.search(core) or _ANSWERS.search(answer)) and not reason,
        bool(CUES["own_plan"].search(answer)) and not reason,
        answer.startswith(("then ", "next ", "with ", "for ", "in ", "to ")),
        reason,
        bool(_BACK.search(answer)),
        bool(CUES["number"].search(answer)) and question.startswith("how"),
        bool(CUES["own_doubt"].search(answer)),
        bool(set(_CONTENT.findall(question)) & set(_CONTENT.findall(answer))),
        asked.lower().lstrip().startswith(("so", "and", "now", "ok so")),
        bool(_INTERRUPTS.search(plain(asked))),
        bool(CUES["situation"].search(question)),
    )
    return np.array([probability["question"], probability["hint_request"], similarity, *map(float, flags)])
