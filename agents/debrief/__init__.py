"""The debrief: what a person is told after the interview, with evidence and uncertainty, the reference last."""

from agents.debrief.build import build_debrief, level_name
from agents.debrief.model import Debrief
from agents.debrief.render import to_html, to_markdown

__all__ = ["Debrief", "build_debrief", "level_name", "to_html", "to_markdown"]
