"""The hint ladder: the one declassified channel through which a person may buy help."""

from agents.hints.ladder import EXHAUSTED, HintServer, Rung

__all__ = ["EXHAUSTED", "HintServer", "Rung"]
