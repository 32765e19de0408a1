"""The labelled turns that the router is fitted on, as they lie in data/fit.jsonl."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from agents.dialogue import Speaker, Transcript, Utterance
from agents.router.labels import Label
from agents.router.setting import Setting, setting_of
from scenarios.model import Model

FIT = Path(__file__).parent / "data" / "fit.jsonl"


class Said(Model):
    """An earlier turn, as the router may see it."""

    speaker: Speaker
    text: str


class LabelledSegment(Model):
    """One sentence or clause; `self_answered` is a question that the next segment answers."""

    text: str
    label: Label | Literal["self_answered"]


class Example(Model):
    """One candidate turn cut into labelled segments, with its standalone questions."""

    id: str
    author: str = Field(default="a", description="Who wrote the turn; authors are held out, since each has habits of speech.")
    domain: str = Field(description="Domain of the interview problem; splits never cut through one.")
    kind: str
    previous: tuple[Said, ...] = ()
    segments: tuple[LabelledSegment, ...] = Field(min_length=1)
    questions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The turn as spoken."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def setting(self) -> Setting:
        """What the turn before it says about how it is to be heard."""
        return setting_of(transcript(self.previous))


def transcript(previous: Sequence[Said]) -> Transcript:
    """Earlier turns as the router gets them."""
    return tuple(
        Utterance(index=index, speaker=said.speaker, text=said.text, phase="clarify", at=float(index))
        for index, said in enumerate(previous)
    )


def load(path: Path = FIT) -> tuple[Example, ...]:
    """Read the examples; raises ValueError on a malformed line."""
    return tuple(Example.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
