"""The labelled questions that the facts agent is measured on: ours by scenario, and anyone's in the outside format."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.dialogue import Speaker
from scenarios.model import Model
from scenarios.names import Id

DATA = Path(__file__).parent / "data"
Kind = Literal[
    "short",
    "long",
    "spoken",
    "indirect",
    "plain",
    "two_part",
    "three_part",
    "near_miss",
    "unanswerable",
    "followup",
    "everything",
    "halving",
    "opinion",
    "hostile",
]
NOT_FACTS: frozenset[Kind] = frozenset({"opinion", "hostile", "everything"})
MULTI: frozenset[Kind] = frozenset({"two_part", "three_part"})


class Said(Model):
    """One earlier turn that a follow-up leans on."""

    speaker: Speaker
    text: str


class Case(Model):
    """One question about one scenario, with the facts that a careful person holding the sheet would give."""

    id: str
    scenario: Id
    question: str = Field(min_length=1)
    gold: tuple[Id, ...]
    kind: Kind
    pair: str = ""
    previous: tuple[Said, ...] = ()


class OutsideCase(BaseModel):
    """One case in the outside format of DESIGN.md; fields that it does not know are ignored, since the files are others'."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int
    facts: tuple[str, ...] = Field(min_length=1, max_length=5000)
    asks: tuple[tuple[str, ...], ...] | None = None
    unknown: tuple[str, ...] = ()
    question: str
    gold: tuple[int, ...]
    sheet_id: str | int | None = None
    kind: str = ""

    @model_validator(mode="after")
    def _indices(self) -> Self:
        if self.asks is not None and self.asks and len(self.asks) != len(self.facts):
            raise ValueError(
                f"asks has {len(self.asks)} lists for {len(self.facts)} facts: give one list (it may be empty) for each fact"
            )
        for index in self.gold:
            if not 0 <= index < len(self.facts):
                raise ValueError(f"gold names fact {index}, but facts are numbered 0 to {len(self.facts) - 1}")
        return self


Loaded = TypeVar("Loaded", bound=BaseModel)


def load_labelled(directory: Path = DATA) -> tuple[Case, ...]:
    """Every labelled question, by file name; raises ValueError that names file and line of a malformed one."""
    return tuple(case for path in sorted(directory.glob("*.jsonl")) for case in _read(path, Case))


def load_outside(path: Path) -> tuple[OutsideCase, ...]:
    """The cases of one outside file; raises ValueError that names the line of a malformed one, and if there are none."""
    cases = tuple(_read(path, OutsideCase))
    if not cases:
        raise ValueError(f"{path.name}: holds no cases: give one JSON object a line")
    return cases


def _read(path: Path, model: type[Loaded]) -> Iterator[Loaded]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ValueError(f"{path}: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path.name}: is not UTF-8 text") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield model.model_validate_json(line)
            except ValueError as error:
                raise ValueError(f"{path.name}: line {number}: {' '.join(str(error).split())[:240]}") from None
