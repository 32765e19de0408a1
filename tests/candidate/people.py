"""Small material, an encoder that counts shared words, and views: what tests of the simulated candidate are built from."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from agents.candidate import CandidateView, EmbeddedCandidate, Material, Profile, find_profile
from agents.dialogue import Utterance
from agents.encoder import DIMENSIONS, Vectors

MATERIAL = Material.model_validate(
    {
        "scenario": "sample",
        "author": "tests",
        "asks": [
            {"area": "navigation", "text": "Who sorts the parcels now?"},
            {"area": "data", "text": "What does the belt record?"},
        ],
        "points": [
            {
                "id": "load",
                "area": "navigation",
                "concepts": ["load"],
                "cue": "load per second volume",
                "says": {
                    "IC4": "There are many parcels.",
                    "IC5": "I would look up the daily volume. It matters.",
                    "IC6": "I would derive the load per second from the daily volume. The peak decides.",
                    "IC7": "I would derive average and peak load and say what breaks first. Then cost.",
                },
            },
            {
                "id": "labels",
                "area": "data",
                "concepts": ["labels", "trust"],
                "cue": "labels recorded trust",
                "says": {
                    "IC4": "",
                    "IC5": "I would clean the labels. Twice.",
                    "IC6": "I would compare labels with a second scan. The disagreement is informative.",
                    "IC7": "I would model how labels come about. Then weigh them.",
                },
            },
            {
                "id": "trees",
                "area": "modelling",
                "concepts": ["trees"],
                "cue": "model approach trees",
                "says": {
                    "IC4": "I would use a model.",
                    "IC5": "I would use boosted trees. They are strong.",
                    "IC6": "I would use boosted trees with monotone constraints. They are easy to defend.",
                    "IC7": "I would use boosted trees until they are beaten. And say by how much.",
                },
            },
            {
                "id": "regret",
                "area": "metrics",
                "concepts": ["regret"],
                "cue": "metric measure success",
                "says": {
                    "IC4": "I would measure accuracy.",
                    "IC5": "I would measure the share of missorted parcels. By day.",
                    "IC6": "I would measure the cost of each missort. By route.",
                    "IC7": "I would measure the regret against the best route. With a holdout.",
                },
            },
        ],
    }
)


class WordEncoder:
    """Unit vectors of word counts: two texts are as near as the words they share; instant, and the same everywhere."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[a-z]+", text.lower()) or ["-"]:
                rows[row, int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSIONS] += 1
        normed: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return normed

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:
        return self.encode(texts)


def profile(name: str = "ic6", **changes: object) -> Profile:
    """A shipped profile, with some fields changed."""
    return Profile.model_validate(find_profile(name).model_dump() | changes)


def candidate(
    of: Profile, *, seed: int = 1, session: str = "s", material: Material = MATERIAL, luck: str = ""
) -> EmbeddedCandidate:
    return EmbeddedCandidate(material, of, WordEncoder(), seed=seed, session=session, luck=luck)


def said(index: int, speaker: str, text: str, phase: str = "clarify", **more: object) -> Utterance:
    return Utterance.model_validate(
        {"index": index, "speaker": speaker, "text": text, "phase": phase, "at": float(index * 30)} | more
    )


def view(*turns: tuple[str, str], phase: str = "clarify", seconds_left: float = 1000.0) -> CandidateView:
    """A view of turns given as (speaker, text)."""
    transcript = tuple(said(index, speaker, text, phase) for index, (speaker, text) in enumerate(turns))
    return CandidateView.model_validate({"transcript": transcript, "phase": phase, "seconds_left": seconds_left})
