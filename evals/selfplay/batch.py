"""Runs a batch into its folder: only what is missing, each finished interview synced before the next, one order at the end."""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import Field

from evals.selfplay.journal import Journal
from evals.selfplay.manifest import RunError, claim, manifest_of
from evals.selfplay.plan import Plan
from evals.selfplay.processes import run_processes
from evals.selfplay.progress import Meter, Progress, Report
from evals.selfplay.ray_backend import run_ray
from evals.selfplay.shard import Job, Outcome, job_of, run_shard
from graphs.episode import EpisodeSpec
from scenarios.model import Model

LOCK = ".lock"


class Spread(Model):
    """How a batch is spread; nothing here changes what the records hold."""

    concurrency: int = Field(default=1, ge=1, le=10_000, description="Interviews at a time in one process.")
    jobs: int = Field(default=1, ge=1, le=1024, description="Processes on this machine.")
    ray: str | None = Field(default=None, description="Address of a Ray cluster, instead of processes here.")
    retry_failed: bool = Field(default=False, description="Run episodes again that failed in an earlier run.")


class Summary(Model):
    """How a batch ended."""

    run: Path
    progress: Progress
    interrupted: bool = False


def run_batch(
    folder: Path, plan: Plan, spread: Spread | None = None, *, job: Job | None = None, report: Report | None = None
) -> Summary:
    """Run what is missing of `plan` in `folder`; Ctrl-C stops it with everything finished kept. Raises RunError."""
    spread, job = spread or Spread(), job or job_of(plan)
    claim(folder, manifest_of(plan, job))
    with _locked(folder), Journal(folder) as journal:
        specs = plan.specs
        missing = [spec for spec in specs if spec.session_id not in journal.finished]
        failed = frozenset() if spread.retry_failed else frozenset(journal.failures)
        to_run = [spec for spec in missing if spec.session_id not in failed]
        meter = Meter(len(specs), earlier=len(specs) - len(missing), failed=len(missing) - len(to_run))
        interrupted = _drain(outcomes_of(to_run, job, spread), journal, meter, report)
        journal.compact([spec.session_id for spec in specs])
    return Summary(run=folder, progress=meter.progress, interrupted=interrupted)


def outcomes_of(specs: Sequence[EpisodeSpec], job: Job, spread: Spread) -> Iterator[Outcome]:
    """The outcomes of `specs`, spread as asked, in the order in which they are reached."""
    if not specs:
        return iter(())
    if spread.ray:
        return run_ray(specs, job, spread.ray, spread.concurrency)
    if spread.jobs > 1:
        return run_processes(specs, job, spread.jobs, spread.concurrency)
    return run_shard(specs, job, spread.concurrency)


def _drain(outcomes: Iterator[Outcome], journal: Journal, meter: Meter, report: Report | None) -> bool:
    """Keep every outcome; True if the person stopped it."""
    try:
        for outcome in outcomes:
            journal.add(outcome)
            progress = meter.add(outcome)
            if report:
                report(progress)
    except KeyboardInterrupt:
        return True
    finally:
        if hasattr(outcomes, "close"):
            outcomes.close()
    return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of the folder; the system lets go of the lock when this process ends, however it ends."""
    with closing((folder / LOCK).open("w")) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError(f"another process is running in {folder}: wait for it, or choose another folder") from None
        yield
