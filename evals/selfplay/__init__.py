"""Self-play: interviews with simulated candidates by the hundred, the same records however they are spread."""

from evals.selfplay.batch import Spread, Summary, outcomes_of, run_batch
from evals.selfplay.journal import FAILURES, RECORDS, read_failures, read_records
from evals.selfplay.manifest import Manifest, RunError
from evals.selfplay.plan import Plan, Seat, seats_of, spec_for
from evals.selfplay.progress import Progress
from evals.selfplay.ray_backend import RayMissingError
from evals.selfplay.shard import Failure, Job, Outcome, job_of, make_candidate, run_shard, stream_shard

__all__ = [
    "FAILURES",
    "RECORDS",
    "Failure",
    "Job",
    "Manifest",
    "Outcome",
    "Plan",
    "Progress",
    "RayMissingError",
    "RunError",
    "Seat",
    "Spread",
    "Summary",
    "job_of",
    "make_candidate",
    "outcomes_of",
    "read_failures",
    "read_records",
    "run_batch",
    "run_shard",
    "seats_of",
    "spec_for",
    "stream_shard",
]
