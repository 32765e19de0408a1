"""The one place that builds a chat model: settings, calls, failures, accounting."""

from agents.model.abilities import Abilities, AbilityBook, Structured
from agents.model.cache import ReplyCache
from agents.model.chat import ChatModel
from agents.model.failure import TRANSIENT, FailureKind, ModelFailure
from agents.model.ledger import Budget, Ledger, RoleSpend, add
from agents.model.messages import Completion, Message, assistant, system, user
from agents.model.scrub import scrub
from agents.model.settings import ModelSettings, api_key, resolve_settings
from agents.model.tracing import disarm_tracing, tracing_held, tracing_warning
from agents.model.wire import OnText

__all__ = [
    "TRANSIENT",
    "Abilities",
    "AbilityBook",
    "Budget",
    "ChatModel",
    "Completion",
    "FailureKind",
    "Ledger",
    "Message",
    "ModelFailure",
    "ModelSettings",
    "OnText",
    "ReplyCache",
    "RoleSpend",
    "Structured",
    "add",
    "api_key",
    "assistant",
    "disarm_tracing",
    "resolve_settings",
    "scrub",
    "system",
    "tracing_held",
    "tracing_warning",
    "user",
]
