"""Scores every interviewer and facts turn of a record for what it gave away."""

import hashlib
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Literal

import numpy as np
from pydantic import Field

from agents.dialogue import Transcript, Utterance, words
from agents.encoder import SentenceEncoder, Vectors
from agents.record import Record, Turn
from evals.leakage.second import SecondScorer
from scenarios.facts import FactSheet
from scenarios.model import Model
from scenarios.names import PhaseId
from scenarios.scenario import Scenario

WINDOWS = (3, 5)
"""How many interviewer turns are also judged together."""
NEAR = 0.1
"""Scores below it may be upper bounds of the score, which are much cheaper and decide nothing."""
ASKED_SIMILARITY = 0.3
CONTEXT_TURNS = 3


class ScoredTurn(Model):
    """One turn of the interviewer or the facts agent, with what it gives away."""

    session_id: str
    scenario: str
    profile: str
    turn: int
    nth: int = Field(description="How many turns of this speaker came before it.")
    speaker: Literal["interviewer", "facts"]
    phase: PhaseId
    text: str
    fact_score: float = Field(default=0.0, description="Probability of a leak; below .1 it may be an upper bound of it.")
    fact_id: str | None = None
    approach_score: float = 0.0
    concept_id: str | None = None
    fact_leak: bool = False
    approach_leak: bool = False
    over_answered: tuple[str, ...] = Field(default=(), description="Released facts that the candidate had not asked for.")
    told_together: dict[int, bool] = Field(
        default={}, description="Whether the last k turns together leak, by k, where a window of k turns ends here."
    )
    context: tuple[str, ...] = ()


class Detector:
    """Finds leaks in records of one scenario by a scorer that is not the guard's: what the guard lets pass by construction,
    its own scorer would pass as well.
    """

    def __init__(self, scenario: Scenario, encoder: SentenceEncoder, windows: tuple[int, ...] = WINDOWS) -> None:
        self._windows = windows
        self._scorer = SecondScorer(scenario.facts, scenario.reference, encoder)
        self._sheet = scenario.facts
        self._encoder = encoder
        self._texts = {fact.id: fact.text for fact in scenario.facts.facts}
        self._asks = _questions(scenario.facts, encoder)

    def scored(self, record: Record) -> Iterator[ScoredTurn]:
        """Every turn but the candidate's, the opening and bought hints."""
        transcript = record.transcript()
        released: set[str] = set()
        counts = {"interviewer": 0, "facts": 0}
        for turn in record.turns:
            released |= set(turn.released_fact_ids)
            if turn.speaker == "candidate":
                continue
            if not {"opening", "hint"} & set(turn.acts):
                yield self._turn(record, turn, transcript[: turn.index], frozenset(released), counts[turn.speaker])
            counts[turn.speaker] += 1

    def _turn(self, record: Record, turn: Turn, before: Transcript, released: frozenset[str], nth: int) -> ScoredTurn:
        facts = turn.speaker == "facts"
        found = self._facts_turn(turn, before) if facts else self._interviewer_turn(record, turn, before, released)
        return ScoredTurn(
            session_id=record.session_id,
            scenario=record.scenario.id,
            profile=str(record.settings.get("profile", "person")),
            turn=turn.index,
            nth=nth,
            speaker="facts" if turn.speaker == "facts" else "interviewer",
            phase=turn.phase,
            text=turn.text,
            context=tuple(f"{said.speaker}: {said.text}" for said in before[-CONTEXT_TURNS:]),
            **found,
        )

    def _interviewer_turn(self, record: Record, turn: Turn, before: Transcript, released: frozenset[str]) -> dict[str, Any]:
        best = self._scorer.scores(turn.text, before, released, exact_from=NEAR)
        cut = self._scorer.threshold
        (fact_score, fact_id), (approach_score, concept_id) = best["fact"], best["approach"]
        return {
            "fact_score": fact_score,
            "fact_id": fact_id,
            "fact_leak": fact_score >= cut,
            "approach_score": approach_score,
            "concept_id": concept_id,
            "approach_leak": approach_score >= cut,
            "told_together": self._together(record.session_id, turn, before, released),
        }

    def _together(self, session: str, turn: Turn, before: Transcript, released: frozenset[str]) -> dict[int, bool]:
        """Whether the last interviewer turns, read as one, leak, for each size of window of which one ends here.

        Windows of one size lie side by side, the first one starting anywhere: as many leak, on average, as of all those that
        overlap, of which most would be read again and again. What the candidate raised in between counts as raised.
        """
        asked = [said for said in before if said.speaker == "interviewer" and "opening" not in said.acts]
        found = {}
        for size in self._windows:
            first = Random(f"{session}/{size}").randrange(size)
            if len(asked) + 1 - first >= size and (len(asked) + 1 - first) % size == 0:
                found[size] = self._told((*asked, turn.public())[-size:], before, released)
        return found

    def _told(self, window: Sequence[Utterance], before: Transcript, released: frozenset[str]) -> bool:
        taken = {said.index for said in window}
        rest = tuple(said for said in before if said.index not in taken)
        cut = self._scorer.threshold
        scores = self._scorer.scores(" ".join(said.text for said in window), rest, released, exact_from=cut)
        return max(score for score, _ in scores.values()) >= cut

    def _facts_turn(self, turn: Turn, before: Transcript) -> dict[str, Any]:
        stated = [item for item, text in self._texts.items() if text in turn.text]
        leaked = [item for item in stated if item not in turn.released_fact_ids]
        asked = before[-1].text if before else ""
        return {
            "fact_leak": bool(leaked),
            "fact_score": float(bool(leaked)),
            "fact_id": leaked[0] if leaked else None,
            "over_answered": tuple(item for item in turn.released_fact_ids if not self._was_asked(item, asked)),
        }

    def _was_asked(self, fact: str, turn: str) -> bool:
        """Whether any sentence of the candidate's turn is near the fact or one of the questions that ask for it."""
        sentences = [part for part in turn.replace("\n", " ").split("?") if words(part) >= 1] or [turn]
        vectors = self._encoder.encode(sentences)
        return float((vectors @ self._asks[fact].T).max()) >= ASKED_SIMILARITY


def _questions(sheet: FactSheet, encoder: SentenceEncoder) -> dict[str, Vectors]:
    """The fact and the questions that ask for it, encoded once on this machine."""
    lines = {fact.id: [fact.text, *fact.questions] for fact in sheet.facts}
    whole = [line for some in lines.values() for line in some]
    name = hashlib.sha256("\n".join(whole).encode("utf-8", "replace")).hexdigest()[:16]
    vectors = dict(zip(whole, encoder.encode_corpus(whole, f"leakage-{name}"), strict=True))
    return {fact: np.stack([vectors[line] for line in some]) for fact, some in lines.items()}
