"""Renders a debrief as Markdown or as one self-contained HTML page."""

import html
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from agents.debrief.model import Debrief

_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def to_markdown(debrief: Debrief) -> str:
    """The debrief as Markdown; the candidate's own words are escaped."""
    return _environment(escape_html=False).get_template("debrief.md.j2").render(d=debrief).strip() + "\n"


def to_html(debrief: Debrief) -> str:
    """The debrief as HTML with inline styles and no scripts or outside references."""
    return _environment(escape_html=True).get_template("debrief.html.j2").render(d=debrief).strip() + "\n"


@cache
def _environment(*, escape_html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=escape_html,  # noqa: S701 - Markdown has its own filter
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"md": escape_markdown, "percent": percent, "level": level, "span": span, "rich_text": rich_text}
    return environment


def escape_markdown(text: str) -> str:
    """`text` on one line with Markdown's special characters escaped."""
    return _MARKDOWN_SPECIAL.sub(r"\\\1", " ".join(text.split()))


def percent(value: float) -> str:
    """A probability as a whole percentage."""
    return f"{100 * value:.0f} %"


def level(value: float | None) -> str:
    """A level to one decimal, or a dash."""
    return "–" if value is None else f"{value:.1f}"


def span(interval: tuple[float, float] | None) -> str:
    """An interval to one decimal, or a dash."""
    return "–" if interval is None else f"{interval[0]:.1f} to {interval[1]:.1f}"


def rich_text(text: str) -> Markup:
    """Our own reference prose as HTML: paragraphs, dash lists, bold and code; everything else escaped."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        if all(re.match(r"\s*[-*] ", line) or line.startswith("  ") for line in lines):
            items = re.split(r"(?m)^\s*[-*] ", block)[1:]
            blocks.append("<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>")
        elif lines[0].startswith("#"):
            blocks.append(f"<h4>{_inline(lines[0].lstrip('# '))}</h4><p>{_inline(' '.join(lines[1:]))}</p>")
        else:
            blocks.append(f"<p>{_inline(block)}</p>")
    return Markup("".join(blocks))  # noqa: S704 - every piece is escaped by _inline


def _inline(text: str) -> str:
    safe = html.escape(" ".join(text.split()))
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", safe)
