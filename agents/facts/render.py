"""Renders outcomes as stored sentences and fixed strings; nothing else can come out, and that is asserted on every reply."""

from collections.abc import Mapping, Sequence

from agents.dialogue import FactsAct
from agents.facts.protocol import Answer, FactsReply, Outcome

FIXED: Mapping[Outcome, str] = {
    "not_specified": "That is not specified; state your assumption and carry on.",
    "be_specific": "Could you be more specific about what you would like to know?",
    "which_part": "Which part of the system would you like to know about?",
    "not_a_fact": "I can only answer questions about the system itself.",
    "selector_error": "Could you rephrase that?",
}
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
_ACTS: Mapping[Outcome, FactsAct] = {
    "answered": "answer",
    "not_specified": "not_specified",
    "be_specific": "be_specific",
    "which_part": "which_part",
    "not_a_fact": "not_a_fact",
    "selector_error": "rephrase",
}


class NotFactualError(RuntimeError):
    """A reply was about to hold something that is neither a stored sentence nor a fixed string."""


def render(answers: Sequence[Answer], stored: Mapping[str, str]) -> FactsReply:
    """The reply for `answers`, each line once; raises NotFactualError rather than say anything that is not stored.

    Of several questions, one that gets no fact is named by its place, so that the candidate knows which it was.
    """
    lines: list[str] = []
    apart = len({answer.outcome for answer in answers}) > 1
    for place, answer in enumerate(answers):
        if bool(answer.fact_ids) != (answer.outcome == "answered") or not stored.keys() >= set(answer.fact_ids):
            raise NotFactualError(f"outcome {answer.outcome} with facts {answer.fact_ids}")
        lines.extend([stored[item] for item in answer.fact_ids] or [_fixed(answer.outcome, place if apart else None)])
    lines = list(dict.fromkeys(lines)) or [FIXED["be_specific"]]
    assert_factual(lines, stored)
    acts = tuple(_ACTS[answer.outcome] for answer in answers) or ("be_specific",)
    return FactsReply(text="\n".join(lines), acts=acts, answers=tuple(answers))


def _fixed(outcome: Outcome, place: int | None) -> str:
    """The fixed string for an outcome, said of the question at `place` if there is one to tell apart."""
    if place is None or place >= len(PLACES):
        return FIXED[outcome]
    return f"On your {PLACES[place]} question: {_begun(FIXED[outcome])}"


def _begun(text: str) -> str:
    return text if text.startswith("I ") else text[0].lower() + text[1:]


def assert_factual(lines: Sequence[str], stored: Mapping[str, str]) -> None:
    """Raise NotFactualError unless every line is a sentence of the sheet or a fixed string."""
    allowed = {*stored.values(), *SAYABLE}
    for line in lines:
        if line not in allowed:
            raise NotFactualError(f"not a stored sentence: {line[:80]!r}")


SAYABLE = frozenset(_fixed(outcome, place) for outcome in FIXED for place in (None, *range(len(PLACES))))
"""Every line that can come out beside stored sentences."""
