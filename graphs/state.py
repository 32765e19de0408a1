"""The graph's state: small channels of plain JSON values, and what each node may read of them."""

import operator
from typing import Annotated, Any, TypedDict

Json = dict[str, Any]


class InterviewState(TypedDict, total=False):
    """All channels. Static secrets are not here: they live in the role objects."""

    transcript: Annotated[list[Json], operator.add]
    ledger: Annotated[list[Json], operator.add]
    notes: Annotated[list[Json], operator.add]
    clock: Json
    said: Json
    routing: Json
    talk: dict[str, int]
    facts_reply: Json | None
    draft: Json | None
    released: list[str]
    used_probes: list[str]
    hints_given: dict[str, int]
    scorecard: Json | None
    ended: Json | None


class Nothing(TypedDict, total=False):
    """For nodes that start from nothing."""


class CandidateReads(TypedDict, total=False):
    """What a candidate may see."""

    transcript: list[Json]
    clock: Json


class HearReads(TypedDict, total=False):
    """The candidate's turn and what it answers."""

    transcript: list[Json]
    said: Json
    clock: Json
    talk: dict[str, int]
    hints_given: dict[str, int]


class FactsReads(TypedDict, total=False):
    """The questions, made standalone; no transcript."""

    routing: Json


class InterviewerReads(TypedDict, total=False):
    """The interviewer's compartment: no ledger, no notes, no released ids."""

    transcript: list[Json]
    routing: Json
    clock: Json
    talk: dict[str, int]
    used_probes: list[str]
    said: Json


class HintReads(TypedDict, total=False):
    """Where the interview is, and the rungs already given."""

    transcript: list[Json]
    clock: Json
    hints_given: dict[str, int]


class DeliverReads(TypedDict, total=False):
    """What is to be said, and what the guard needs to judge it."""

    transcript: list[Json]
    clock: Json
    draft: Json | None
    facts_reply: Json | None
    released: list[str]
    used_probes: list[str]
    hints_given: dict[str, int]


class GradeReads(TypedDict, total=False):
    """The whole interview with its private annotations."""

    transcript: list[Json]
    ledger: list[Json]
    clock: Json
