"""The LLM candidate: it is shown the transcript and its own profile, and its habits are drawn by code."""

from agents.candidate import CandidateView, find_profile
from agents.candidate.llm import LlmCandidate
from agents.devserver import DevServer
from agents.dialogue import Utterance
from benchmarks.scripted_model import ScriptedModel
from tests.llm.conftest import MakeCast

OPENING = Utterance(index=0, speaker="interviewer", text="Please design how our depot sorts parcels.", phase="clarify", at=5)


def view(*, left: float = 1000.0) -> CandidateView:
    return CandidateView(transcript=(OPENING,), phase="clarify", seconds_left=left)


def candidate(make_cast: MakeCast, profile: str, *, seed: int = 1) -> LlmCandidate:
    engines = make_cast().engines
    assert engines is not None
    return LlmCandidate(find_profile(profile), engines.model("candidate"), seed=seed, session="s")


async def test_it_speaks_from_its_profile_and_the_transcript(make_cast: MakeCast, server: DevServer) -> None:
    turn = await candidate(make_cast, "modeller").speak(view())
    request = server.calls[0].request
    assert turn.text
    assert turn.seconds > 0
    assert "modelling: IC7" in request.system
    assert OPENING.text in request.last_user


async def test_whims_are_drawn_by_code_and_cost_no_call(make_cast: MakeCast, server: DevServer) -> None:
    turns = [await candidate(make_cast, "silent", seed=seed).speak(view()) for seed in range(20)]
    silent = [turn for turn in turns if not turn.text]
    assert 3 < len(silent) < 17
    assert len(server.calls) == 20 - len(silent)


async def test_the_same_seed_draws_the_same_intentions(make_cast: MakeCast, server: DevServer) -> None:
    for _ in range(2):
        for seed in range(5):
            await candidate(make_cast, "ic6", seed=seed).speak(view())
    asked = [call.request.last_user for call in server.calls]
    assert asked[:5] == asked[5:]
    assert len(set(asked[:5])) > 1


async def test_a_reply_without_words_moves_on(make_cast: MakeCast, scripted: ScriptedModel) -> None:
    scripted.says["candidate"] = lambda request: {"say": "", "move": "go_on"}
    assert (await candidate(make_cast, "ic6").speak(view())).command == "next"
    scripted.says["candidate"] = lambda request: {"say": "I am done.", "move": "end"}
    assert (await candidate(make_cast, "ic6").speak(view())).command == "end"
