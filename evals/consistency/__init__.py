"""Whether the grader gives the same score for the same substance, and a different one when the substance changes."""

from evals.consistency.recovery import Known, RecoveryReport, recovery
from evals.consistency.run import ConsistencyReport, ConsistencyRun

__all__ = ["ConsistencyReport", "ConsistencyRun", "Known", "RecoveryReport", "recovery"]
