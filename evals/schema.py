"""Writes the JSON Schemas of everything machine-readable: `python -m evals.schema docs/schema`."""

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from agents.debrief.model import Debrief
from agents.record import Record
from agents.scorecard import Scorecard
from scenarios.brief import Brief
from scenarios.facts import FactSheet
from scenarios.reference import Reference
from scenarios.rubric import Rubric
from scenarios.scenario import Scenario

SCHEMAS: dict[str, type[BaseModel]] = {
    "record": Record,
    "scorecard": Scorecard,
    "debrief": Debrief,
    "scenario": Scenario,
    "brief": Brief,
    "facts": FactSheet,
    "rubric": Rubric,
    "reference": Reference,
}


def schema_texts() -> dict[str, str]:
    """File name to JSON Schema text."""
    return {
        f"{name}.schema.json": json.dumps(model.model_json_schema(), indent=1, sort_keys=True) + "\n"
        for name, model in SCHEMAS.items()
    }


def write_schemas(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))
