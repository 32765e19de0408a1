"""What is taken back, or is no statement, earns nothing; and listening costs no encoding."""

import asyncio
from collections.abc import Sequence

from agents.encoder import Vectors
from agents.grader import EmbeddedGrader
from agents.grader.claims import claims_of
from agents.grader.connected import statement_worth
from agents.grader.heard import hear
from agents.grader.standing import retractions
from tests.grader.small import encoder, grader, interview, scenario

SAID = "I would sample random listings as negatives and weight them back by their inclusion probability."


class NeverAsked:
    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError("a note must not encode")

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:
        raise AssertionError("a note must not encode")


def test_a_later_turn_takes_an_earlier_claim_back() -> None:
    later = "I was wrong about sampling random listings as negatives and weighting them back."
    heard = hear(interview(("data", SAID), ("metrics", later)).turns, encoder())
    assert heard.worth.tolist() == [0.0, 0.0]


def test_two_words_that_take_back_are_heard() -> None:
    claims = claims_of(interview(("data", f"{SAID} Scratch that.")).turns)
    assert [row for row, _ in retractions(claims)] == [1]
    assert hear(interview(("data", f"{SAID} Scratch that.")).turns, encoder()).worth[0] == 0


def test_other_claims_stand_when_one_is_taken_back() -> None:
    other = "The threshold for removal comes from the 98 % precision rule."
    heard = hear(interview(("data", SAID), ("metrics", f"{other} I take that back.")).turns, encoder())
    assert heard.worth[0] == 1
    assert heard.worth[1] == 0


def test_words_strung_together_state_nothing_and_terse_talk_does() -> None:
    assert statement_worth("calibration cascade focal loss selection bias hard negatives drift shadow mode holdout ranking") < 0.5
    assert statement_worth("Remove above 0.98 precision, review the middle band, leave the rest alone.") == 1


def test_notes_encode_nothing() -> None:
    whole = scenario()
    silent = EmbeddedGrader(whole.rubric, whole.reference, NeverAsked(), target_level="IC6")
    transcript = tuple(turn.public() for turn in interview(("data", SAID)).turns)
    assert silent.note(transcript) == grader().note(transcript)
    assert silent.note(transcript)


def test_an_interview_of_bare_keywords_stays_at_the_floor() -> None:
    words = "calibration cascade focal loss selection bias hard negatives drift shadow mode holdout ranking sampling embeddings"
    card = asyncio.run(grader().grade(interview(*((area, words) for area in ("navigation", "data", "metrics")))))
    assert all((score.level or 0) < 1 for score in card.criteria)
