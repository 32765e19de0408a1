"""The embedded candidate: the same seed says the same, what it hears brings things to mind, and its habits show."""

from collections import Counter
from collections.abc import Callable

import pytest

from agents.candidate import CandidateTurn, CandidateView, Profile
from agents.candidate.speech import load_speech
from tests.candidate.people import MATERIAL, candidate, profile, said, view

OPENING = ("interviewer", "Design how our depot sorts parcels. Where would you like to start?")
SPEECH = load_speech()


async def turns(of: Profile, at: CandidateView, n: int = 200) -> list[CandidateTurn]:
    """What `n` candidates of one profile say at the same point."""
    return [await candidate(of, seed=seed).speak(at) for seed in range(n)]


async def share(of: Profile, at: CandidateView, holds: Callable[[CandidateTurn], bool], n: int = 300) -> float:
    return sum(holds(turn) for turn in await turns(of, at, n)) / n


async def test_seed_session_and_transcript_determine_the_turn() -> None:
    at = view(OPENING)
    first = await candidate(profile()).speak(at)
    assert first == await candidate(profile()).speak(at)
    others = {(await candidate(profile(), seed=seed, session=session).speak(at)).text for seed in range(6) for session in "ab"}
    assert len(others) > 2


async def test_it_keeps_nothing_between_turns() -> None:
    at, earlier = view(OPENING, ("candidate", "Hm."), ("interviewer", "What is the load?")), view(OPENING)
    used = candidate(profile())
    await used.speak(earlier)
    await used.speak(at)
    assert await used.speak(earlier) == await candidate(profile()).speak(earlier)


async def test_a_turn_near_a_concept_makes_it_likelier_to_be_raised() -> None:
    plain = profile(asks={})
    neutral, leading = view(OPENING), view(OPENING, ("candidate", "Hm."), ("interviewer", "What about the load per second?"))
    people = [candidate(plain, seed=seed) for seed in range(40)]
    before = [someone.raise_probabilities(neutral)["load"] for someone in people]
    after = [someone.raise_probabilities(leading)["load"] for someone in people]
    assert all(one < other for one, other in zip(before, after, strict=True))
    assert sum(after) / 40 > sum(before) / 40 + 0.2


async def test_skill_makes_every_concept_likelier() -> None:
    at = view(OPENING)
    means = [
        sum(candidate(profile(name, asks={}), seed=seed).raise_probabilities(at)["load"] for seed in range(40)) / 40
        for name in ("ic4", "ic5", "ic6", "ic7")
    ]
    assert means == sorted(means)
    assert means[3] > 3 * means[0]


@pytest.mark.parametrize("name", ["ic6", "hint-fisher", "asker", "terse"])
@pytest.mark.parametrize("probe", ["What is the load per second, and can labels be trusted?", "Go on."])
async def test_the_probability_of_raising_a_concept_is_how_often_it_is_raised(name: str, probe: str) -> None:
    at = view(OPENING, ("candidate", "Hm."), ("interviewer", probe), phase="design")
    n = 600
    someone = candidate(profile(name), seed=5)
    counted: Counter[str] = Counter()
    for luck in range(n):
        turn = await candidate(profile(name), seed=5, luck=str(luck)).speak(at)
        counted.update(concept for point in MATERIAL.points if says(point.id, turn.text) for concept in point.concepts)
    for concept, expected in someone.raise_probabilities(at).items():
        margin = 4 * (expected * (1 - expected) / n) ** 0.5 + 2 / n
        assert counted[concept] / n == pytest.approx(expected, abs=margin)


async def test_what_was_said_is_not_said_again_and_counts_as_raised() -> None:
    made = MATERIAL.points[0].wording("IC6")
    at = view(OPENING, ("candidate", made), ("interviewer", "What is the load per second?"))
    assert "load" not in candidate(profile()).raise_probabilities(at)
    assert not any(says("load", turn.text) for turn in await turns(profile(asks={}), at))


async def test_a_concept_of_which_nothing_can_be_said_at_this_level_is_not_on_offer() -> None:
    assert "labels" not in candidate(profile("ic4")).raise_probabilities(view(OPENING))
    assert "labels" in candidate(profile("ic5")).raise_probabilities(view(OPENING))


async def test_level_decides_the_wording() -> None:
    at = view(OPENING, ("candidate", "Hm."), ("interviewer", "What about load per second, daily volume?"))
    for name in ("ic5", "ic6", "ic7"):
        spoken = [turn.text for turn in await turns(profile(name, asks={}), at) if says("load", turn.text)]
        assert spoken
        assert all(MATERIAL.points[0].wording(name.upper()) in text for text in spoken)  # type: ignore[arg-type]


async def test_some_ask_much_and_some_never() -> None:
    at = view(OPENING)

    def asks(turn: CandidateTurn) -> bool:
        return any(ask.text in turn.text for ask in MATERIAL.asks)

    assert await share(profile("never-asks"), at, asks) == 0
    assert await share(profile("asker"), at, asks) > 0.85
    assert 0.5 < await share(profile("ic6"), at, asks) < 0.95


async def test_no_question_is_asked_twice() -> None:
    spoken = [(("candidate", ask.text), ("facts", "Not specified.")) for ask in MATERIAL.asks]
    at = view(OPENING, *[turn for pair in spoken for turn in pair])
    assert await share(profile("asker"), at, lambda turn: any(ask.text in turn.text for ask in MATERIAL.asks)) == 0


WHIMS: dict[str, tuple[str, Callable[[CandidateTurn], bool]]] = {
    "silent": ("silent", lambda turn: not turn.text and turn.command is None),
    "injector": ("inject", lambda turn: turn.text in SPEECH.inject),
    "hint-fisher": ("fish", lambda turn: turn.text in SPEECH.fish),
    "hint-taker": ("hint_command", lambda turn: turn.command == "hint"),
    "copycat": ("copy", lambda turn: turn.text == OPENING[1]),
    "polyglot": ("foreign", lambda turn: turn.text in SPEECH.foreign),
    "gibberish": (
        "gibberish",
        lambda turn: set(turn.text.split()) != set() and all(nonsense(word) for word in turn.text.split()),
    ),
}


def nonsense(word: str) -> bool:
    return not word or any(nonsense(word.removeprefix(part)) for part in SPEECH.syllables if word.startswith(part))


@pytest.mark.parametrize("name", WHIMS)
async def test_a_whim_shows_as_often_as_the_profile_says(name: str) -> None:
    kind, shows = WHIMS[name]
    expected = dict(profile(name).whims)[kind]  # type: ignore[index]
    assert await share(profile(name), view(OPENING), shows) == pytest.approx(expected, abs=0.09)
    assert await share(profile("ic6"), view(OPENING), shows) == 0


async def test_flattery_fishing_and_contradiction_come_with_a_statement() -> None:
    at = view(OPENING, ("candidate", "Hm."), ("interviewer", "Load per second, volume, labels recorded, trust?"))
    assert await share(profile("flatterer", asks={}), at, lambda turn: turn.text.startswith(tuple(SPEECH.flatter))) > 0.4
    assert await share(profile("contradicts", asks={}), at, lambda turn: turn.text.endswith(tuple(SPEECH.contradict))) > 0.15
    assert await share(profile("hint-fisher", asks={}), at, lambda turn: turn.text.endswith(tuple(SPEECH.fish_after))) > 0.05
    for turn in await turns(profile("contradicts", asks={}), at):
        if turn.text.endswith(tuple(SPEECH.contradict)):
            assert any(says(point.id, turn.text) for point in MATERIAL.points)


async def test_hints_are_asked_for_three_times_at_most() -> None:
    hints = tuple(said(index, "interviewer", "A rung.", acts=["hint"]) for index in range(3))
    at = CandidateView(transcript=hints, phase="design", seconds_left=900)
    assert await share(profile("hint-taker"), at, lambda turn: turn.command == "hint") == 0


async def test_terse_is_shorter_and_slower_verbose_longer_rambling_late_to_the_point() -> None:
    at = view(OPENING, ("candidate", "Hm."), ("interviewer", "What about load per second, daily volume?"))

    async def mean(name: str) -> float:
        spoken = [turn.text for turn in await turns(profile(name, asks={}), at) if says("load", turn.text)]
        return sum(len(text) for text in spoken) / len(spoken)

    assert await mean("terse") < await mean("ic6") < await mean("verbose")
    rambling = [turn.text for turn in await turns(profile("rambling", asks={}), at) if says("load", turn.text)]
    assert all(text.startswith(tuple(SPEECH.wandering)) for text in rambling)


async def test_who_jumps_to_the_model_talks_about_it_first_and_who_forgets_metrics_needs_the_question() -> None:
    at = view(OPENING)
    jumps = candidate(profile("jumps-to-model")).raise_probabilities(at)
    assert jumps["trees"] > 3 * candidate(profile("ic5")).raise_probabilities(at)["trees"]
    late = view(OPENING, phase="evaluate")
    asked = view(
        OPENING, ("candidate", "Hm."), ("interviewer", "How would you measure success, by which metric?"), phase="evaluate"
    )
    forgetful, other = candidate(profile("forgets-metrics")), candidate(profile("ic6"))
    assert forgetful.raise_probabilities(late)["regret"] < 0.25 * other.raise_probabilities(late)["regret"]
    assert forgetful.raise_probabilities(asked)["regret"] > 5 * forgetful.raise_probabilities(late)["regret"]


async def test_time_follows_the_words_and_the_pace() -> None:
    slow, fast = (
        profile(asks={}, words_per_second=1.0, pause_seconds=0.0),
        profile(asks={}, words_per_second=4.0, pause_seconds=0.0),
    )
    for seed in range(20):
        one, other = await candidate(slow, seed=seed).speak(view(OPENING)), await candidate(fast, seed=seed).speak(view(OPENING))
        assert one.text == other.text
        assert one.seconds == len(one.text.split())
        assert other.seconds == pytest.approx(one.seconds / 4, abs=0.05)


async def test_when_time_is_up_it_says_so_and_raises_nothing_more() -> None:
    at = view(OPENING, seconds_left=0)
    assert await share(profile(), at, lambda turn: turn.text in SPEECH.out_of_time) == 1
    assert set(candidate(profile()).raise_probabilities(at).values()) == {0.0}


async def test_with_nothing_left_it_says_that_it_is_done_and_then_ends_the_interview() -> None:
    everything = " ".join(text for point in MATERIAL.points for text in point.wordings)
    asked = " ".join(ask.text for ask in MATERIAL.asks)
    at = view(OPENING, ("candidate", f"{everything} {asked}"), ("interviewer", "Go on."), phase="evaluate")
    turn = await candidate(profile()).speak(at)
    assert turn.text in SPEECH.finished
    again = view(
        OPENING, ("candidate", everything + asked), ("interviewer", "Go on."), ("candidate", turn.text), ("interviewer", "Sure?")
    )
    assert (await candidate(profile()).speak(again)).command == "end"


async def test_stuck_in_a_phase_it_asks_to_move_on_and_in_the_last_one_it_stops() -> None:
    stuck = profile("ic4", patience=2, asks={}, skill="IC4")
    blank = SPEECH.blank["navigation"][0]
    for phase, command, lines in (("clarify", "next", SPEECH.next_part), ("evaluate", None, SPEECH.finished)):
        at = view(
            OPENING, ("candidate", blank), ("interviewer", "Go on."), ("candidate", blank), ("interviewer", "Go on."), phase=phase
        )
        spoken = [turn for turn in await turns(stuck, at) if turn.text in lines]
        assert len(spoken) > 100
        assert {turn.command for turn in spoken} == {command}


def says(point_id: str, text: str) -> bool:
    """Whether `text` holds the point, in any wording, by its first sentence."""
    point = next(point for point in MATERIAL.points if point.id == point_id)
    return any(wording.split(".")[0] in text for wording in point.wordings)
