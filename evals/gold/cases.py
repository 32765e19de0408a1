"""Gold data as it lies on disk: banks of answers with known levels, and interviews written whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from agents.dialogue import Speaker
from agents.record import Turn
from scenarios.model import Model
from scenarios.names import Level

GOLD = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BANK, WHOLE = GOLD / "bank", GOLD / "whole"

Loaded = TypeVar("Loaded", bound=Model)

Style = Literal["plain", "fluent_empty", "wordy", "terse_deep", "spoken"]
Origin = Literal["composed", "whole", "human"]


class GoldError(ValueError):
    """A gold file that can't be used; the message is one line with file and field."""


class Answer(Model):
    """One independently written answer to one criterion, at a known level 1 to 4."""

    criterion: str
    level: int = Field(ge=1, le=4)
    style: Style
    text: str = Field(min_length=1)


class Bank(Model):
    """All answers of one author for one scenario, and clarifying questions to go with them."""

    scenario: str
    author: str
    answers: tuple[Answer, ...]
    asks: tuple[str, ...] = ()

    def of(self, criterion: str, level: int) -> tuple[Answer, ...]:
        """The answers to `criterion` at `level`, in file order."""
        return tuple(answer for answer in self.answers if answer.criterion == criterion and answer.level == level)


class Said(Model):
    """One turn of an interview that was not made here."""

    speaker: Speaker
    text: str


class WholeInterview(Model):
    """An interview written whole, with the levels its author gave it."""

    id: str
    scenario: str
    author: str
    levels: dict[str, int]
    overall: Level
    kind: str
    turns: tuple[Said, ...]


class Rating(Model):
    """What one person gave, by criterion; None where they saw no room to judge."""

    rater: str
    levels: dict[str, int | None]


class GoldInterview(Model):
    """One interview with known levels (0 to 4) by criterion, `overall` on the same scale, and people's ratings."""

    id: str
    scenario: str
    author: str
    origin: Origin
    kind: str
    levels: dict[str, int]
    overall: float
    turns: tuple[Turn, ...]
    ratings: tuple[Rating, ...] = ()

    @property
    def words(self) -> int:
        """Words that the candidate said."""
        return sum(len(turn.text.split()) for turn in self.turns if turn.speaker == "candidate")


def load_banks(folder: Path = BANK) -> dict[str, Bank]:
    """Banks by scenario id, sorted; raises GoldError on a malformed file."""
    banks: dict[str, Bank] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (a safe loader, in C where there is one)
        bank = _validated(Bank, document, path)
        banks[bank.scenario] = bank
    return banks


def load_whole(folder: Path = WHOLE) -> tuple[WholeInterview, ...]:
    """The interviews written whole, sorted by file name; raises GoldError on a malformed file."""
    return tuple(
        _validated(WholeInterview, json.loads(path.read_text(encoding="utf-8")), path) for path in sorted(folder.glob("*.json"))
    )


def read_gold(path: Path) -> Iterator[GoldInterview]:
    """Gold interviews from JSONL, one a line; raises GoldError with the line number."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield GoldInterview.model_validate_json(line)
            except ValidationError as error:
                raise GoldError(f"{path}: line {number}: {_first(error)}") from None


def write_gold(path: Path, cases: tuple[GoldInterview, ...]) -> None:
    """Write gold interviews as JSONL."""
    path.write_text("".join(case.model_dump_json() + "\n" for case in cases), encoding="utf-8")


def _validated(model: type[Loaded], document: object, path: Path) -> Loaded:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise GoldError(f"{path}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
