"""Intake: reads a person's notes into a profile, and chooses a scenario that fits."""

from agents.intake.choose import Choice, choose
from agents.intake.profile import Profile, describe_profile, load_profile, merge
from agents.intake.reading import NotesError, read_notes
from agents.intake.understand import understand

__all__ = ["Choice", "NotesError", "Profile", "choose", "describe_profile", "load_profile", "merge", "read_notes", "understand"]
