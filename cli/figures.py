"""Shows any eval report: every figure in it with its value, 95 % interval, n and target, as one table."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

SKIPPED = frozenset(
    {"curve", "worst", "uplifts", "points", "successes", "misses", "missed", "wrongly_blocked", "reliability", "told_by_turn"}
)
Row = tuple[str, str, str, str, str]


def show_figures(report: BaseModel, console: Console, title: str) -> None:
    """Print the figures of `report`."""
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    table.add_column("figure", overflow="fold")
    for column in ("value", "95 % interval", "n", "target"):
        table.add_column(column, justify="right")
    for row in figure_rows(report.model_dump(mode="json")):
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def figure_rows(document: Any, path: tuple[str, ...] = ()) -> Iterator[Row]:
    """Rows for all figures and single numbers in a JSON document, in its order."""
    if isinstance(document, dict) and {"value", "n"} <= document.keys():
        yield _row(" · ".join(path), document)
    elif isinstance(document, dict):
        name = str(document.get("name", "")) if path and path[-1].isdigit() else ""
        for key, value in document.items():
            if key not in SKIPPED and key != "schema_version":
                yield from figure_rows(value, (*path[:-1], name, key) if name else (*path, str(key)))
    elif isinstance(document, list):
        for number, item in enumerate(document):
            if isinstance(item, dict):
                yield from figure_rows(item, (*path, str(number)))
    elif isinstance(document, int | float) and not isinstance(document, bool):
        yield (" · ".join(path), f"{document:.4g}", "", "", "")


def _row(name: str, figure: dict[str, Any]) -> Row:
    value, interval = figure["value"], figure.get("interval") or (figure.get("low"), figure.get("high"))
    shown = "–" if value is None else f"{value:.3f}"
    between = f"{interval[0]:.3f} to {interval[1]:.3f}" if None not in interval else "–"
    target = str(figure.get("target") or "")
    if target and figure.get("passed") is not None:
        target += " ✓" if figure["passed"] else " ✗"
    return name, shown, between, str(figure["n"]), target
