"""The labelled turns that the router is measured on: whole turns with the acts and questions that a person hears in them."""

from pathlib import Path

from pydantic import Field

from agents.dialogue import CandidateAct, MetaKind
from evals.jsonl import read_models
from evals.routing.examples import Example, Said
from scenarios.model import Model

TEST = Path(__file__).parent / "data" / "test.jsonl"


class Case(Model):
    """One candidate turn with its gold routing."""

    text: str
    previous: tuple[Said, ...] = ()
    acts: tuple[CandidateAct, ...] = Field(min_length=1)
    questions: tuple[str, ...] = Field(default=(), description="Standalone, in the order asked.")
    meta: MetaKind | None = None
    id: str = ""
    domain: str = Field(default="", description="Interview problem that the turn is from; intervals resample these.")
    kind: str = ""


def load(path: Path = TEST) -> tuple[Case, ...]:
    """Read the cases, one JSON document a line; raises ValueError that names the malformed line."""
    return tuple(read_models(path, Case))


def case_of(example: Example) -> Case:
    """A fitting example as a case, for cross-validation: asides are dropped as the router drops them."""
    labels = [segment.label for segment in example.segments]
    metas = [label for label in labels if label in ("time", "repeat", "thinking", "clarify", "greeting", "process")]
    acts: list[CandidateAct] = []
    if "question" in labels:
        acts.append("question")
    if "statement" in labels or "self_answered" in labels:
        acts.append("statement")
    if "hint_request" in labels:
        acts.append("hint_request")
    if metas and not (metas == ["thinking"] and labels[-1] != "thinking"):
        acts.append("meta")
    if labels[-1] == "finished":
        acts.append("finished")
    return Case(
        text=example.text,
        previous=example.previous,
        acts=tuple(acts) or ("meta",),
        questions=example.questions,
        id=example.id,
        domain=example.domain,
        kind=example.kind,
    )
