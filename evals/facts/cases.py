"""The labelled questions that the facts agent is measured on: ours by scenario, and anyone's in the outside format."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.dialogue import Speaker
from evals.jsonl import read_models
from scenarios.model import Model
from scenarios.names import Id

T = TypeVar("T")
DATA = Path(__file__).parent / "data"
SPLITS = {"development": DATA, "second": DATA / "second", "test": DATA / "test"}
"""Questions that the work was done on, those that it was tested on once, and those that nothing has been tested on before."""
FIT_SHEETS = DATA / "sheets" / "fit"
"""Sheets of other domains, written to be fitted on beside the library."""
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


def load_labelled(directory: Path = DATA) -> tuple[Case, ...]:
    """Every labelled question, by file name; raises ValueError that names file and line of a malformed one."""
    return tuple(case for path in sorted(directory.glob("*.jsonl")) for case in read_models(path, Case))


class Sheet(BaseModel):
    """A sheet as a person writes one down, with the cases asked of it: {facts, asks?, unknown?, cases: [{q, gold, kind?}]}."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: tuple[str, ...]
    asks: tuple[tuple[str, ...], ...] | None = None
    unknown: tuple[str, ...] = ()
    cases: tuple[dict[str, Any], ...]


def load_outside(path: Path, *, bare: bool = False) -> tuple[OutsideCase, ...]:
    """The cases of one outside file, or of the YAML sheets in a folder; `bare` leaves out the authored questions.

    Raises ValueError that names the line or file of a malformed one, and if there are none.
    """
    cases = tuple(_sheets(path) if path.is_dir() else read_models(path, OutsideCase))
    if not cases:
        raise ValueError(f"{path.name}: holds no cases: give one JSON object a line, or a folder of YAML sheets")
    return tuple(case.model_copy(update={"asks": None, "unknown": ()}) for case in cases) if bare else cases


def load_sheets(folder: Path) -> dict[str, Sheet]:
    """The YAML sheets of a folder by name; raises ValueError that names the file of a malformed one."""
    return dict(_each(folder, lambda path: (path.stem, _sheet(path))))


def _sheets(folder: Path) -> Iterator[OutsideCase]:
    for own in _each(folder, lambda path: list(_cases(path.stem, _sheet(path)))):
        yield from own


def _each(folder: Path, read: Callable[[Path], T]) -> Iterator[T]:
    for path in sorted(folder.glob("*.yaml")):
        try:
            yield read(path)
        except (OSError, KeyError, ValueError, yaml.YAMLError) as error:
            raise ValueError(f"{path.name}: {' '.join(str(error).split())[:200]}") from None


def _sheet(path: Path) -> Sheet:
    return Sheet.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def _cases(name: str, sheet: Sheet) -> Iterator[OutsideCase]:
    for number, case in enumerate(sheet.cases):
        own = {"id": f"{name}-{number:03d}", "question": case["q"], "gold": case["gold"], "kind": case.get("kind", "")}
        yield OutsideCase.model_validate({**sheet.model_dump(exclude={"cases"}), "sheet_id": name, **own})
