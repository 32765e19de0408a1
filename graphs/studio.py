"""The graph for `langgraph dev`: a zero-argument factory without a checkpointer, since the server brings its own."""

from agents.cast import build_cast
from agents.encoder import packaged_encoder
from agents.settings import Settings
from graphs.interview import Graph, build_graph
from graphs.person import person_node
from scenarios.catalog import find

SCENARIO = "food-delivery-eta"


def make_graph() -> Graph:
    """The interview graph on one library scenario, with a person as the candidate."""
    scenario = find(SCENARIO).scenario
    settings = Settings(minutes=scenario.brief.minutes)
    return build_graph(build_cast(scenario, settings, packaged_encoder()), settings, person_node())
