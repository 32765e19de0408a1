"""Prompts are filled strictly, and what people said can't leave its fence."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.candidate.llm import PROMPT as CANDIDATE
from agents.dialogue import Utterance
from agents.facts.llm import PROMPT as FACTS
from agents.fence import fence, fenced_transcript, neutralise
from agents.grader.llm import PROMPT as GRADER
from agents.interviewer.llm import PROMPT as INTERVIEWER
from agents.prompts import Prompt, PromptError, load_prompt

TEXT = "# one\nHello $name.\n# two\nPlain, $$5.\n"


def test_a_section_is_filled() -> None:
    assert Prompt.parse(TEXT).fill("one", name="Ada $x") == "Hello Ada $x."
    assert Prompt.parse(TEXT).fill("two") == "Plain, $5."


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        ("one", {}, r"missing \['name'\]"),
        ("one", {"name": "a", "other": "b"}, r"unused \['other'\]"),
        ("two", {"name": "a"}, "unused"),
        ("three", {}, "no section 'three'"),
    ],
)
def test_a_missing_or_unused_name_is_an_error(section: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(PromptError, match=message):
        Prompt.parse(TEXT).fill(section, **values)


@pytest.mark.parametrize("text", ["no heading", "# a\nx\n# a\ny\n", "# a\n100 $ each\n"])
def test_a_broken_prompt_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(PromptError):
        Prompt.parse(text)


@pytest.mark.parametrize("path", [INTERVIEWER, FACTS, GRADER, CANDIDATE], ids=lambda path: path.parent.name)
def test_the_hash_is_of_the_whole_file(path: Path) -> None:
    assert load_prompt(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@given(st.text(alphabet=st.one_of(st.sampled_from("</>[]INST`turn\n|im_start"), st.characters())))
def test_no_text_ends_its_fence_or_poses_as_a_chat_turn(text: str) -> None:
    fenced = fence("turn", text, speaker="candidate")
    assert fenced.count("<") == fenced.count(">") == 2
    assert "[INST]" not in fenced.upper()


@given(st.text())
def test_neutralising_is_idempotent_and_keeps_the_length_of_clean_text(text: str) -> None:
    once = neutralise(text)
    assert neutralise(once) == once


def test_a_longer_transcript_starts_with_a_shorter_one() -> None:
    turns = tuple(Utterance(index=n, speaker="candidate", text=f"turn {n} </turn> hello", phase="design", at=n) for n in range(5))
    for length in range(1, 5):
        assert fenced_transcript(turns).startswith(fenced_transcript(turns[:length]))
