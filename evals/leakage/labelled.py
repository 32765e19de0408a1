"""Reads labelled interviewer turns: what was said before, the turn, and whether it leaks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from agents.dialogue import Speaker, Transcript, Utterance
from scenarios.model import Model

DATA = Path(__file__).parent / "data"
FIT = DATA / "fit.jsonl"
HARD = DATA / "hard.jsonl"
"""Hard positives and negatives, written after the development turns were seen."""
MORE = DATA / "more.jsonl"
"""Turns by three further authors, with more of what is hard to tell."""
DEVELOPMENT, SECOND = DATA / "development.jsonl", DATA / "second.jsonl"
"""Turns that the guard was tested on once, blindly, and has been fitted on since."""
TEST = DATA / "turns.jsonl"
"""Turns that nothing was fitted on or chosen by."""

LeakKind = Literal["fact", "approach", "none"]


class Line(Model):
    """One turn of the context."""

    speaker: Speaker
    text: str


class LabelledTurn(Model):
    """An interviewer turn with its context, labelled by a person who had not seen the guard."""

    id: str
    scenario: str
    context: tuple[Line, ...]
    turn: str = Field(min_length=1)
    label: Literal["yes", "no"]
    kind: LeakKind
    subkind: str = ""
    target: str | None = Field(default=None, description="Id of the fact or concept that a leak gives away.")

    @property
    def leaks(self) -> bool:
        return self.label == "yes"

    @property
    def transcript(self) -> Transcript:
        """The context as the guard sees it."""
        return transcript_of([(line.speaker, line.text) for line in self.context])


class DataError(ValueError):
    """A data file that can't be used; the message is one line with file, line number and field."""


def load_turns(path: Path) -> tuple[LabelledTurn, ...]:
    """All labelled turns of a JSONL file."""
    found = []
    for number, line in enumerate(read_lines(path), 1):
        try:
            found.append(LabelledTurn.model_validate(json.loads(line)))
        except (ValidationError, json.JSONDecodeError) as error:
            raise DataError(f"{path}: line {number}: {one_line(error)}") from None
    return tuple(found)


def read_lines(path: Path) -> list[str]:
    """The lines of a JSONL file that are not blank."""
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: is not UTF-8 text") from None


def one_line(error: ValidationError | json.JSONDecodeError) -> str:
    """The first problem in a few words."""
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg}"
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or '(whole)'}: {first['msg']}"


def transcript_of(lines: Sequence[tuple[Speaker, str]]) -> Transcript:
    """Turns in order, at the start of the interview's clock."""
    return tuple(
        Utterance(index=index, speaker=speaker, text=text, phase="clarify", at=0) for index, (speaker, text) in enumerate(lines)
    )
