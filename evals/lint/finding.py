"""One thing that is wrong or weak in a scenario, with file, field and fix."""

from typing import Literal

from scenarios.model import Model

Severity = Literal["error", "advice"]
Check = Literal[
    "schema",
    "counts",
    "similar-questions",
    "same-question",
    "two-facts",
    "numbers",
    "units",
    "arithmetic",
    "leak",
    "house-rules",
    "similar-probes",
    "anchors",
    "room",
    "hints",
    "reference",
    "patterns",
    "unknown",
]


class Finding(Model):
    """A finding of `check` at `field` of `file`; an error breaks an interview, advice makes it better."""

    check: Check
    severity: Severity
    file: str
    field: str
    problem: str
    fix: str

    def line(self) -> str:
        """The finding as one line."""
        return f"{self.file}: {self.field}: {self.problem}: {self.fix}"
