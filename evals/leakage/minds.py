"""The simulated candidate's own mind, for counterfactual uplift: what it would raise next."""

from agents.candidate import EmbeddedCandidate, find_profile, load_material
from agents.encoder import SentenceEncoder
from agents.record import Record
from evals.leakage.uplift import Mind


def embedded_mind(record: Record, encoder: SentenceEncoder) -> Mind | None:
    """The embedded candidate that sat `record`, or None if a person or a model did."""
    profile = record.settings.get("profile")
    if not isinstance(profile, str):
        return None
    try:
        found = find_profile(profile)
    except ValueError:
        return None
    material = load_material(record.scenario.id)
    return EmbeddedCandidate(material, found, encoder, seed=record.seed, session=record.session_id)
