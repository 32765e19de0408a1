"""The facts agent: knows the fact sheet and answers only the question asked, or says that it is not specified."""

from agents.facts.embedded import EmbeddedFactsAgent
from agents.facts.gate import FactsSettings
from agents.facts.protocol import Answer, FactsAgent, FactsReply, Outcome

__all__ = ["Answer", "EmbeddedFactsAgent", "FactsAgent", "FactsReply", "FactsSettings", "Outcome"]
