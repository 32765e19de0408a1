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
    "next_answers",
    "next_says_yes_or_no",
    "next_plans",
    "next_then",
    "next_gives_reason",
    "next_supposes",
    "next_refers_back",
    "next_estimates",
    "next_guesses",
    "guesses_a_quantity",
    "next_doubts",
    "overlap",
    "opens_so",
    "asks_why",
    "asks_own",
    "asks_quantity",
    "about_design",
    "interrupts",
    "situation",
    "next_brief",
)
_ANSWERS = re.compile(
    r"^(?:well|probably|by|because|since|mostly|mainly|let's say|let me assume|i think|i believe|i guess|i prefer|"
    r"i would think|there is|there are|they|it's|it does|it'd|we|maybe|say|from|partly|only)\b|\bi (?:guess|think|"
    r"believe|suppose)\W*$"
)
_YES_OR_NO = re.compile(
    r"^(?:yes|no|nope|yeah|of course|sure|definitely|certainly|absolutely|hardly|not (?:really|with|for|quite|necessarily)|both|"
    r"neither|it (?:does|is|isn't|doesn't)|they (?:do|are|don't)|we (?:do|don't)|partly|potentially|not\b)"
)
_REASON = re.compile(
    r"\b(?:i ask|asking|if so|if not|otherwise|(?:that|this|it|which) (?:will|would|decides|drives|matters|determines)|"
    r"depends on (?:it|that|this)|because (?:it|that|this)|i want to|i(?:'d| would)? need (?:it|that|this|to)|i'd like|so that i|"
    r"then i can|we may need|would save|i'd then|(?:use|using) (?:it|them|their|that|those)|i'd want|depends)\b"
)
_SUPPOSES = re.compile(r"^if (?:so|not|it|it's|there|they|we|that)\b")
_GUESSES = re.compile(
    r"\b(?:i(?:'d| would)? (?:guess|imagine|suppose)|my (?:guess|hunch)|i (?:think|believe) it's|probably|presumably)\b"
)
_QUANTITY = re.compile(
    r"^(?:(?:and|so|in|of) )?(?:how (?:many|much|often|big|large|long|late|noisy)|what (?:share|percentage|fraction))\b"
)
_BACK = re.compile(r"\b(?:it|this|that|them|their)\b")
_INTERRUPTS = re.compile(r"\b(?:by the way|btw|also|oh|actually|(?:quick|one) (?:question|thing)|before i forget|sorry)\b")
_CONTENT = re.compile(r"[a-z]{4,}")
_BRIEF = 6


def answer_features(asked: str, following: str, probability: Mapping[Label, float]) -> Numbers:
    """What tells a question that its speaker answers from a real one; float64 (len(ANSWER_FEATURES),)."""
    question, answer = without_fillers(plain(asked)), plain(following)
    core = without_fillers(answer)
    reason = bool(_REASON.search(answer) or _SUPPOSES.search(core))
    guess = bool(_GUESSES.search(answer))
    quantity = bool(_QUANTITY.search(question))
    flags = (
        bool(_ANSWERS.search(core) or _ANSWERS.search(answer)) and not reason,
        bool(_YES_OR_NO.search(answer)) and not reason,
        bool(CUES["own_plan"].search(answer)) and not reason,
        answer.startswith(("then ", "next ", "with ", "for ", "in ", "to ")),
        reason,
        bool(_SUPPOSES.search(core)),
        bool(_BACK.search(answer)),
        bool(CUES["number"].search(answer)) and question.startswith("how"),
        guess,
        guess and quantity,
        bool(CUES["own_doubt"].search(answer)),
        bool(set(_CONTENT.findall(question)) & set(_CONTENT.findall(answer))),
        asked.lower().lstrip().startswith(("so", "and", "now", "ok so")),
        question.startswith("why"),
        bool(CUES["asks_own"].search(question)),
        quantity,
        bool(CUES["design_word"].search(question) or CUES["technique"].search(question)),
        bool(_INTERRUPTS.search(plain(asked))),
        bool(CUES["situation"].search(question)),
        len(core.split()) <= _BRIEF,
    )
    return np.array([probability.get("question", 0.0), probability.get("hint_request", 0.0), *map(float, flags)])
