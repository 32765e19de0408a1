"""The generic parts that every draft starts from, read from generic.yaml."""

import functools
from pathlib import Path

import yaml
from pydantic import Field

from scenarios.brief import Area, Phase, Probe
from scenarios.facts import UnknownTopic
from scenarios.model import Model
from scenarios.names import AreaId, Id, Line, PhaseId
from scenarios.reference import Concept, HintLadder, ReferenceAnswer
from scenarios.rubric import Criterion, Dimension

FILE = Path(__file__).parent / "generic.yaml"


class PhaseShare(Model):
    """A phase and its share of the interview's minutes."""

    id: PhaseId
    name: Line
    share: float = Field(gt=0, lt=1)
    areas: tuple[AreaId, ...]
    entry: Line

    def timed(self, minutes: float) -> Phase:
        """The phase with its minutes."""
        return Phase(id=self.id, name=self.name, minutes=minutes, areas=self.areas, entry=self.entry)


class GenericCriterion(Criterion):
    """A criterion and the words of facts that a strong candidate asks for on the way to it."""

    asked: tuple[Line, ...] = ()

    def linked(self, facts: tuple[Id, ...]) -> Criterion:
        """The plain criterion, naming these facts."""
        return Criterion.model_validate(self.model_dump(exclude={"asked"}) | {"facts": facts})


class Generic(Model):
    """Parts that fit any machine learning design problem; public lines name no approach."""

    phases: tuple[PhaseShare, ...]
    areas: tuple[Area, ...]
    probes: tuple[Probe, ...]
    unknown: tuple[UnknownTopic, ...]
    dimensions: tuple[Dimension, ...]
    criteria: tuple[GenericCriterion, ...]
    concepts: tuple[Concept, ...]
    hints: tuple[HintLadder, ...]
    answer: tuple[ReferenceAnswer, ...]
    patterns: tuple[Id, ...]
    problem_types: dict[str, tuple[str, ...]]


@functools.cache
def generic() -> Generic:
    """The generic parts."""
    return Generic.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
