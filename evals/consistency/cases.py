"""Which interviews the consistency evals try their changes on: composed gold, or the records of a run."""

from collections.abc import Iterable, Mapping
from itertools import islice

from agents.record import Record
from evals.gold import GoldInterview, compose_all, load_banks
from scenarios.scenario import Scenario


def gold_cases(scenarios: Mapping[str, Scenario], count: int) -> tuple[GoldInterview, ...]:
    """`count` composed interviews, spread evenly over all of them, so that every scenario and level has its share."""
    composed = compose_all(scenarios, load_banks())
    step = max(1, len(composed) // count)
    return composed[::step][:count]


def from_records(records: Iterable[Record], count: int) -> tuple[GoldInterview, ...]:
    """The first `count` graded records; their levels are not known, which the changes don't need."""
    graded = (record for record in records if record.scorecard is not None)
    return tuple(
        GoldInterview(
            id=record.session_id,
            scenario=record.scenario.id,
            author=str(record.settings.get("profile", "person")),
            origin="whole",
            kind="run",
            levels={},
            overall=0.0,
            turns=record.turns,
        )
        for record in islice(graded, count)
    )
