"""A local OpenAI-compatible server to script and to make misbehave: a development tool (`python -m agents.devserver`)."""

from agents.devserver.options import Options, Support
from agents.devserver.request import ChatRequest
from agents.devserver.script import FAULTS, Answer, Fault, Player, Responder, Rule, Script, load_responder
from agents.devserver.server import DevServer, Served
from agents.devserver.threaded import serving

__all__ = [
    "FAULTS",
    "Answer",
    "ChatRequest",
    "DevServer",
    "Fault",
    "Options",
    "Player",
    "Responder",
    "Rule",
    "Script",
    "Served",
    "Support",
    "load_responder",
    "serving",
]
