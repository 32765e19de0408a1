"""The layout that DESIGN.md promises: our packages are ours, schemas are fresh, every file says what it is for."""

import ast
from pathlib import Path

import pytest

import agents
import cli
import evals
import graphs
import scenarios
from evals.schema import schema_texts

ROOT = Path(__file__).resolve().parents[2]
OURS = [path for package in ("agents", "cli", "evals", "graphs", "scenarios") for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("package", [agents, cli, evals, graphs, scenarios], ids=lambda package: package.__name__)
def test_the_flat_package_names_are_ours(package: object) -> None:
    assert Path(str(getattr(package, "__file__", ""))).is_relative_to(ROOT)


@pytest.mark.parametrize("name", sorted(schema_texts()))
def test_the_json_schemas_in_docs_are_fresh(name: str) -> None:
    assert (ROOT / "docs" / "schema" / name).read_text(encoding="utf-8") == schema_texts()[name], "run `make schema`"


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_says_in_its_first_line_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, f"{path} has no docstring"
    assert docstring.splitlines()[0].endswith((".", "?", "`.", ":"))


def test_init_files_hold_only_imports_and_all() -> None:
    allowed = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign)
    for path in OURS:
        if path.name == "__init__.py" and path.parent.name != "graphs":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert all(isinstance(node, allowed) for node in body), path
