"""The simulated candidate: speaks as a candidate of a given profile would."""

from agents.candidate.embedded import EmbeddedCandidate
from agents.candidate.material import Material, load_material, read_material
from agents.candidate.profile import Profile, find_profile, load_profiles
from agents.candidate.protocol import Candidate, CandidateTurn, CandidateView

__all__ = [
    "Candidate",
    "CandidateTurn",
    "CandidateView",
    "EmbeddedCandidate",
    "Material",
    "Profile",
    "find_profile",
    "load_material",
    "load_profiles",
    "read_material",
]
