"""The guard: the reference monitor that every interviewer turn must pass."""

from agents.guard.embedded import EmbeddedGuard
from agents.guard.protocol import Finding, Guard, Verdict

__all__ = ["EmbeddedGuard", "Finding", "Guard", "Verdict"]
