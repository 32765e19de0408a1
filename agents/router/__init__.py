"""Says what a candidate turn is, and splits the questions in it."""

from agents.router.embedded import EmbeddedRouter
from agents.router.protocol import Heard, Router, Routing

__all__ = ["EmbeddedRouter", "Heard", "Router", "Routing"]
