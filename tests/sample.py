"""A tiny scenario for tests: complete, valid and small enough to read."""

from typing import Any

from scenarios.brief import Brief
from scenarios.scenario import Scenario

ANCHORS = {
    "below": "Says nothing about it.",
    "ic5": "Names the volume.",
    "ic6": "Names the volume and derives the load per second.",
    "ic7": "Derives the load, peak included, and says what breaks first.",
}


def document() -> dict[str, Any]:
    """A fresh, valid scenario document that a test may spoil."""
    return {
        "brief": {
            "schema_version": 1,
            "id": "sample",
            "title": "Sorting parcels",
            "company": "A parcel service",
            "product": "A parcel sorting centre",
            "problem_type": "classification",
            "summary": "Decide for each parcel where it goes.",
            "aliases": ["parcel sorting", "routing packages in a depot", "sorting centre automation"],
            "opening": "Today I'd like you to design how our depot sorts parcels. Where would you like to start?",
            "target_level": "IC6",
            "minutes": 20,
            "phases": [
                {
                    "id": "clarify",
                    "name": "Clarification",
                    "minutes": 5,
                    "areas": ["navigation"],
                    "entry": "Let's begin. What matters here?",
                },
                {
                    "id": "deep_dive",
                    "name": "Deep dive",
                    "minutes": 15,
                    "areas": ["data"],
                    "entry": "Let's go deeper. Where would you go first?",
                },
            ],
            "areas": [
                {"id": "navigation", "name": "Problem navigation", "description": "Goals, users, limits and scope of the work."},
                {"id": "data", "name": "Data", "description": "What is recorded, by whom, and how far it can be trusted."},
            ],
            "probes": [
                {"id": f"probe-{phase.replace('_', '-')}-{number}", "phase": phase, "area": area, "kind": kind, "text": text}
                for phase, area, number, kind, text in [
                    ("clarify", "navigation", 1, "open", "What would you like to know first?"),
                    ("clarify", "navigation", 2, "deepen", "Why does that matter to you?"),
                    ("deep_dive", "data", 1, "open", "What would you build on?"),
                    ("deep_dive", "data", 2, "deepen", "Which part of that would you defend hardest?"),
                    ("deep_dive", "data", 3, "deepen", "What would you do with half the time?"),
                ]
            ],
            "tags": [],
            "techniques": ["classification"],
        },
        "facts": {
            "schema_version": 1,
            "facts": [
                {
                    "id": "volume",
                    "topic": "scale",
                    "text": "About 4 million items are created per day.",
                    "questions": ["How many items a day?", "What is the daily volume?"],
                    "quantities": [{"name": "items_per_day", "value": 4e6, "unit": "item/day", "shown": "4 million"}],
                },
                {
                    "id": "deadline",
                    "topic": "latency",
                    "text": "A parcel must be sorted within 90 seconds of arriving on the belt.",
                    "questions": ["How fast must it be?", "What is the latency budget?"],
                },
            ],
            "unknown": [{"id": "colour", "topic": "appearance", "questions": ["What colour are the parcels?"]}],
        },
        "rubric": {
            "schema_version": 1,
            "dimensions": [{"id": "navigation", "name": "Problem navigation", "weight": 1.0}],
            "criteria": [
                {
                    "id": "nav-one",
                    "dimension": "navigation",
                    "title": "Works out the load",
                    "anchors": ANCHORS,
                    "evidence": ["4 million a day is about 46 a second."],
                    "facts": ["volume"],
                }
            ],
        },
        "reference": {
            "schema_version": 1,
            "answer": [{"phase": "clarify", "text": "Ask for the volume and the deadline, then derive the load."}],
            "concepts": [{"id": "load", "name": "load per second", "area": "navigation", "wordings": ["items per second"]}],
            "hints": [{"area": "data", "rungs": ["Think about what is recorded."], "criteria": ["nav-one"]}],
        },
    }


SCENARIO = Scenario.model_validate(document())
BRIEF: Brief = SCENARIO.brief
