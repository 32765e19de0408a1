"""People grading blind: the workflow, what is stored, and how far raters agree."""

from evals.labelling.agreement import Disagreement, RaterAgreement, between_raters, severity_removed
from evals.labelling.session import Label, LabelSession, gather, read_labels

__all__ = [
    "Disagreement",
    "Label",
    "LabelSession",
    "RaterAgreement",
    "between_raters",
    "gather",
    "read_labels",
    "severity_removed",
]
