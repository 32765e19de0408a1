"""Self-play with models in the cast: a reply that can't be read costs a neutral probe, not the episode."""

from agents.cast import Cast, build_cast
from agents.encoder import SentenceEncoder
from agents.engines import Engines
from agents.settings import Settings
from evals.selfplay.plan import Plan
from evals.selfplay.shard import Job, job_of
from scenarios.scenario import Scenario


def llm_cast(scenario: Scenario, settings: Settings, encoder: SentenceEncoder, engines: Engines | None) -> Cast:
    """The cast of a batch: there is nobody to ask what to do about an unreadable reply, and the turn says what happened."""
    return build_cast(scenario, settings, encoder, engines, on_unusable="neutral")


def llm_job(plan: Plan) -> Job:
    """The job of a plan in which at least one role is played by a model."""
    return job_of(plan)._replace(make_cast=llm_cast)
