"""The interviewer's house rules hold for every fixed line, every library probe and every reply it can make."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dialogue import Utterance
from agents.interviewer import Clock, EmbeddedInterviewer, InterviewerView, violations
from agents.interviewer.phrases import fill, load_phrases
from agents.interviewer.quoting import best_piece, pieces
from agents.router import Routing
from agents.settings import Settings
from scenarios.catalog import find
from scenarios.loader import library_ids
from tests.sample import BRIEF

SETTINGS = Settings(minutes=20)


def utterance(index: int, speaker: str, text: str) -> Utterance:
    return Utterance.model_validate({"index": index, "speaker": speaker, "text": text, "phase": "clarify", "at": 1.0})


def view(*texts: str, elapsed: float = 60.0, **changes: object) -> InterviewerView:
    """Alternating interviewer and candidate turns, the last by the candidate."""
    turns = tuple(utterance(index, "candidate" if index % 2 else "interviewer", text) for index, text in enumerate(texts))
    routing = Routing(acts=("statement",), statement=texts[-1])
    fields: dict[str, object] = {
        "transcript": turns,
        "routing": routing,
        "clock": Clock(elapsed=elapsed, phase="clarify"),
        "coverage": {},
    }
    return InterviewerView.model_validate(fields | changes)


@pytest.mark.parametrize("scenario", library_ids())
def test_every_probe_and_entry_of_the_library_keeps_the_house_rules(scenario: str) -> None:
    brief = find(scenario).scenario.brief
    lines = [probe.text for probe in brief.probes] + [phase.entry for phase in brief.phases]
    assert {line: violations(line) for line in lines if violations(line)} == {}


def test_every_fixed_line_keeps_the_house_rules() -> None:
    phrases = load_phrases()
    lines = [
        *phrases.declines,
        *phrases.thinking,
        *phrases.silence,
        *phrases.unclear,
        *phrases.echo,
        *phrases.neutral,
        *phrases.process,
    ]
    lines += [fill(line, quote="use past decisions as labels for the first version of it") for line in phrases.follow_ups]
    assert {line: violations(line) for line in lines if violations(line)} == {}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("What? And why?", "more than one question"),
        ("Great answer! What next?", "praises"),
        ("Yes, go on.", "confirms"),
        ("That's right. What next?", "confirms"),
        ("- one\n- two", "list"),
        ("word " * 41, "40 words"),
        (" ", "says nothing"),
    ],
)
def test_a_broken_rule_is_named(text: str, rule: str) -> None:
    assert any(rule in broken for broken in violations(text))


@given(st.text(max_size=400))
def test_a_quoted_piece_is_always_verbatim(text: str) -> None:
    assert all(piece in text and 3 <= len(piece.split()) <= 12 for piece in pieces(text))


@given(st.lists(st.text(min_size=1, max_size=200), min_size=2, max_size=2))
async def test_no_candidate_text_makes_the_interviewer_break_a_house_rule(texts: list[str]) -> None:
    draft = await EmbeddedInterviewer(BRIEF, SETTINGS).reply(view(*texts))
    assert violations(draft.text) == () or draft.text == "All right."
    assert violations(draft.fallback) == ()


async def test_it_reacts_to_what_was_just_said_in_the_candidates_own_words() -> None:
    said = "I would use the scans of the last three years as training data, because they were checked by people at the belt."
    draft = await EmbeddedInterviewer(BRIEF, SETTINGS).reply(view("Where would you like to start?", said))
    quoted = re.findall("“([^”]+)”", draft.text)
    assert draft.act == "follow_up"
    assert quoted
    assert all(quote in said for quote in quoted)


async def test_it_never_confirms_or_denies_an_approach() -> None:
    routing = Routing(acts=("hint_request",))
    draft = await EmbeddedInterviewer(BRIEF, SETTINGS).reply(
        view("Start.", "Is a lookup table the right choice?", routing=routing)
    )
    assert draft.act == "decline"


async def test_an_echoed_question_is_handed_back() -> None:
    question = "Which part of that would you defend hardest?"
    draft = await EmbeddedInterviewer(BRIEF, SETTINGS).reply(view(question, question))
    assert draft.act == "meta_reply"
    assert draft.text in load_phrases().echo


async def test_it_closes_when_the_time_is_over() -> None:
    draft = await EmbeddedInterviewer(BRIEF, SETTINGS).reply(view("Start.", "I would go on for ever.", elapsed=20 * 60 + 1))
    assert draft.closing


async def test_it_offers_the_time_that_is_left_before_it_closes_early() -> None:
    routing = Routing(acts=("finished",))
    interviewer = EmbeddedInterviewer(BRIEF, SETTINGS)
    first = await interviewer.reply(view("Start.", "I'm done.", routing=routing))
    assert not first.closing
    assert "19 minutes" in first.text
    second = await interviewer.reply(view("Start.", "I'm done.", first.text, "No, that's all.", routing=routing))
    assert second.closing


async def test_the_end_of_one_part_moves_on_and_offers_no_early_finish() -> None:
    routing = Routing(acts=("finished",), part_ended=True)
    interviewer = EmbeddedInterviewer(BRIEF, SETTINGS)
    draft = await interviewer.reply(view("Start.", "That's it for clarifying.", routing=routing))
    assert draft.act == "transition"
    assert not draft.closing


async def test_a_no_to_the_offer_of_more_time_ends_the_interview() -> None:
    interviewer = EmbeddedInterviewer(BRIEF, SETTINGS)
    offer = await interviewer.reply(view("Start.", "I'm done.", routing=Routing(acts=("finished",))))
    answer = await interviewer.reply(
        view("Start.", "I'm done.", offer.text, "nope", routing=Routing(acts=("meta",), meta="thinking"))
    )
    assert answer.closing


async def test_short_turns_leave_out_the_reaction() -> None:
    short = EmbeddedInterviewer(BRIEF, SETTINGS.model_copy(update={"short_turns": True}))
    draft = await short.reply(view("Start.", "I don't know."))
    assert draft.text in {probe.text for probe in BRIEF.probes}


async def test_areas_that_a_person_did_not_name_are_not_probed() -> None:
    only_data = EmbeddedInterviewer(BRIEF, SETTINGS.model_copy(update={"areas": ("data",)}))
    draft = await only_data.reply(view("Start.", "I don't know.", clock=Clock(elapsed=400, phase="deep_dive")))
    assert draft.area == "data"


def test_the_longest_telling_piece_is_quoted_once() -> None:
    text = "I'd go fast. I would combine several noisy sensors into one estimate."
    first = best_piece(text)
    assert first == "combine several noisy sensors into one estimate"
    assert best_piece(text, frozenset({first})) != first
