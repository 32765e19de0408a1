"""Reads scenarios from disk: folders or single files, with one clear line for what is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from scenarios.brief import Brief
from scenarios.scenario import Scenario

LIBRARY = Path(__file__).parent / "library"
PARTS = ("brief", "facts", "rubric", "reference")
SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 2_000_000
MAX_DEPTH = 12


class ScenarioError(ValueError):
    """A scenario that can't be used; the message is one line with file, field and fix."""


def load(path: Path) -> Scenario:
    """Load a scenario folder (four YAML files) or a single YAML file with the four parts as top-level keys."""
    document = {part: read_yaml(path / f"{part}.yaml") for part in PARTS} if path.is_dir() else read_yaml(path)
    try:
        scenario = Scenario.model_validate(document)
    except ValidationError as error:
        raise ScenarioError(describe(path, error)) from None
    if path.is_dir() and path.name != scenario.id:
        raise ScenarioError(f"{path / 'brief.yaml'}: id: is '{scenario.id}' but the folder is '{path.name}': make them the same")
    return scenario


def load_brief(path: Path) -> Brief:
    """Only the brief of a scenario folder: all that lists and choosing need, at a tenth of the time."""
    file = path / "brief.yaml"
    try:
        return Brief.model_validate(read_yaml(file))
    except ValidationError as error:
        raise ScenarioError(describe(file, error)) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """Parse one YAML mapping; anchors and aliases, deep nesting and files over 2 MB are refused."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB: a scenario is text of some 100 kB")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: is not UTF-8 text") from None
    try:
        _refuse_tricks(path, text)
        document = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader, in C where there is one
    except ScenarioError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # a date such as 2026-13-45 is a plain ValueError
        raise ScenarioError(f"{path}: not valid YAML: {_one_line(error)}") from None
    if not isinstance(document, dict):
        raise ScenarioError(f"{path}: must be a mapping with the keys that docs/scenarios.md lists")
    return document


def describe(path: Path, error: ValidationError) -> str:
    """One line for the first problem, with file, field and how many more there are."""
    first, *rest = error.errors(include_url=False)
    where = [str(part) for part in first["loc"]]
    message = first["msg"].removeprefix("Value error, ")
    placed, _, problem = message.partition(": ")
    if not where and problem and " " not in placed:
        where, message = placed.split("."), problem
    file = path
    if path.is_dir() and where and where[0] in PARTS:
        file = path / f"{where.pop(0)}.yaml"
    field = ".".join(where) or "(whole)"
    more = f" (and {len(rest)} more)" if rest else ""
    return f"{file}: {field}: {message}{more}"


def library_ids(root: Path = LIBRARY) -> tuple[str, ...]:
    """Ids of the scenario folders under `root`, sorted; folders without a brief are not scenarios."""
    if not root.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in root.iterdir() if (entry / "brief.yaml").is_file()))


def scenario_paths(root: Path) -> dict[str, Path]:
    """Id to path of all scenarios under `root`, sorted: folders with a brief and single files; a folder wins over a file."""
    if not root.is_dir():
        return {}
    files = {entry.stem: entry for entry in sorted(root.iterdir()) if entry.suffix in SUFFIXES and entry.is_file()}
    return dict(sorted((files | {name: root / name for name in library_ids(root)}).items()))


def load_all(root: Path = LIBRARY) -> Iterator[Scenario | ScenarioError]:
    """Every scenario under `root`, sorted by id; a broken one yields its error and does not stop the rest."""
    for path in scenario_paths(root).values():
        try:
            yield load(path)
        except ScenarioError as error:
            yield error


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _refuse_tricks(path: Path, text: str) -> None:
    depth = 0
    line = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else line
        if isinstance(event, yaml.AliasEvent):
            raise ScenarioError(f"{path}: line {line}: YAML aliases (*{event.anchor}) are not allowed: write the text out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ScenarioError(f"{path}: line {line}: nested more than {MAX_DEPTH} levels deep")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
