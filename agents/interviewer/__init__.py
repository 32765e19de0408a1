"""The interviewer: short, one open question at a time, never a hint that implies the approach, keeps time."""

from agents.interviewer.embedded import EmbeddedInterviewer
from agents.interviewer.house_rules import violations
from agents.interviewer.protocol import Clock, Coverage, Draft, Interviewer, InterviewerView
from agents.interviewer.schedule import Schedule

__all__ = ["Clock", "Coverage", "Draft", "EmbeddedInterviewer", "Interviewer", "InterviewerView", "Schedule", "violations"]
