"""What simulated candidates can say about a scenario, as read from material/<scenario>.yaml: points in four wordings and asks."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from scenarios.loader import ScenarioError, describe, read_yaml
from scenarios.model import Model
from scenarios.names import LEVELS, AreaId, Id, Level, Line

FOLDER = Path(__file__).parent / "material"
GENERIC = "generic"


class Ask(Model):
    """A question that a candidate may put about the system."""

    area: AreaId
    text: Line


class Point(Model):
    """One thing to say: what brings it to mind, which concepts it raises, and its wording at each level."""

    id: Id
    area: AreaId
    concepts: tuple[Id, ...] = ()
    cue: Line = Field(description="Key words that bring the point to mind; matched against what was just said.")
    says: dict[Level, str] = Field(description="Wording by level; empty where a candidate of that level has nothing to say.")

    @model_validator(mode="after")
    def _all_levels(self) -> Self:
        missing = [level for level in LEVELS if level not in self.says]
        if missing:
            raise ValueError(f"says lacks {missing[0]}: give every level a wording, '' for none")
        return self

    @property
    def wordings(self) -> tuple[str, ...]:
        """The wordings that say something, in order of level."""
        return tuple(text for level in LEVELS if (text := self.wording(level)))

    def wording(self, level: Level) -> str:
        """The words at `level`, on one line; empty if there are none."""
        return " ".join(self.says[level].split())


class Material(Model):
    """Everything that candidates can say and ask about one scenario."""

    scenario: Id
    author: Line
    asks: tuple[Ask, ...] = ()
    points: tuple[Point, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [point.id for point in self.points]
        twice = sorted({item for item in ids if ids.count(item) > 1})
        if twice:
            raise ValueError(f"points holds the id {twice[0]!r} twice: make ids unique")
        return self

    @property
    def texts(self) -> Iterator[str]:
        """Every sentence that a candidate may take from here."""
        for point in self.points:
            yield from point.wordings
        yield from (ask.text for ask in self.asks)


def load_material(scenario: str, folder: Path = FOLDER) -> Material:
    """The material of `scenario`, or general statements that fit any problem if nobody wrote any for it."""
    path = folder / f"{scenario}.yaml"
    if path.is_file():
        return read_material(path)
    return read_material(FOLDER / f"{GENERIC}.yaml")


@cache
def read_material(path: Path) -> Material:
    """The material in one file; raises ScenarioError naming file and field."""
    try:
        material = Material.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ScenarioError(describe(path, error)) from None
    if material.scenario != path.stem:
        raise ScenarioError(f"{path}: scenario: is '{material.scenario}' but the file is '{path.stem}': make them the same")
    return material
