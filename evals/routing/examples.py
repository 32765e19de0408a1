"""The labelled turns that the router is fitted on: those written for it, and questions asked of sheets that are fitted on too."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from agents.dialogue import Speaker, Transcript, Utterance
from agents.router.labels import Label
from agents.router.segments import segment
from agents.router.setting import Setting, setting_of
from evals.facts.cases import FIT_SHEETS, load_sheets
from scenarios.model import Model

DATA = Path(__file__).parent / "data"
SHEETS = "sheets"
"""The author of questions that were written for fact sheets."""
FIT = (DATA / "fit.jsonl", DATA / "indirect.jsonl")


_LEAVE = re.compile(
    r"\b(?:should|could|can|may|might|would|do|must) (?:i|you|my)\b|\b(?:most|best|right|okay|ok)\b", re.IGNORECASE
)
"""Words that as often ask for leave or advice as for a fact; who wrote for a sheet did not have to tell them apart."""


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


def load() -> tuple[Example, ...]:
    """All that the router is fitted on; raises ValueError on a malformed line."""
    return tuple(example for path in FIT for example in read(path)) + tuple(asked_of_sheets(FIT_SHEETS))


def read(path: Path) -> tuple[Example, ...]:
    """The examples of a file; raises ValueError on a malformed line."""
    return tuple(Example.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def asked_of_sheets(folder: Path) -> Iterator[Example]:
    """The questions that were written for fact sheets, those of one segment, each sheet a domain."""
    for name, sheet in load_sheets(folder).items():
        for number, case in enumerate(sheet.cases):
            segments = segment(case["q"])
            if len(segments) == 1 and case["kind"] != "long" and not _LEAVE.search(case["q"]):
                own = (LabelledSegment(text=segments[0].text, label="question"),)
                yield Example(
                    id=f"{name}-{number}", author=SHEETS, domain=name, kind="question", segments=own, questions=(case["q"],)
                )
