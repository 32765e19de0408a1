"""Writes a draft as YAML that an editor can check: one file, or a folder of four."""

import os
import textwrap
from pathlib import Path
from typing import Any, Literal

import yaml

from scenarios.loader import PARTS
from scenarios.scenario import Scenario

Form = Literal["file", "folder"]
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Long text in folded blocks, no aliases: the loader refuses them."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def write_draft(scenario: Scenario, place: Path, form: Form) -> Path:
    """Write to `place`, a .yaml file or a folder that is made; raises FileExistsError rather than overwrite."""
    document = scenario.model_dump(mode="json", exclude_defaults=True)
    if form == "file":
        place.parent.mkdir(parents=True, exist_ok=True)
        _save(place, "scenario", document)
    else:
        place.mkdir(parents=True)
        for part in PARTS:
            _save(place / f"{part}.yaml", part, document[part])
    return place


def _save(path: Path, schema: str, document: Any) -> None:
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    # Written in one go and never over another file: a half-written or lost scenario is worse than none.
    with path.open("x", encoding="utf-8") as file:
        file.write(_head(path, schema) + text)


def _head(path: Path, schema: str) -> str:
    file = SCHEMAS / f"{schema}.schema.json"
    where = os.path.relpath(file, path.resolve().parent) if _near(path) else file.as_uri()
    editors = f"# yaml-language-server: $schema={where}\n" if file.is_file() else ""
    note = (
        "A draft that can be sat as it stands. `interview scenarios lint` says what is weak; "
        "docs/scenarios.md shows how to mend it."
    )
    return editors + textwrap.fill(note, WIDTH, initial_indent="# ", subsequent_indent="# ") + "\n"


def _near(path: Path) -> bool:
    """Whether `path` is in the checkout, where a relative schema stays right for others too."""
    return path.resolve().is_relative_to(SCHEMAS.parents[1])
