"""Chooses the turns that a model is to judge: of outside cases, and of the interviews of a run."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random

from agents.guard.hidden import hidden_of
from agents.record import Record, Turn
from evals.leakage.judge import JudgedTurn
from evals.leakage.outside import OutsideCase, secrets_of
from evals.leakage.run import allotted
from scenarios.loader import ScenarioError
from scenarios.scenario import Scenario

NOT_JUDGED = frozenset({"opening", "hint"})


def outside_turns(cases: Sequence[OutsideCase], count: int, seed: int = 0) -> tuple[JudgedTurn, ...]:
    """At most `count` cases that say what is hidden, drawn by lot, with their labels."""
    known = [case for case in cases if secrets_of(case)]
    chosen = sorted(Random(seed).sample(range(len(known)), min(count, len(known))))
    return tuple(
        JudgedTurn(case.turn, case.transcript, secrets_of(case), case.group or str(case.id), case.label == "yes")
        for case in (known[place] for place in chosen)
    )


def run_turns(records: Iterable[Record], find: Callable[[str], Scenario], count: int, seed: int = 0) -> tuple[JudgedTurn, ...]:
    """`count` turns of the interviewer, spread evenly over the interviews; `records` is read twice. They have no labels."""
    sizes = [len(_asked(record)) for record in records]
    shares = allotted(sizes, count, Random(seed))
    return tuple(
        turn for record, share in zip(records, shares, strict=True) if share for turn in _drawn(record, find, share, seed)
    )


def _drawn(record: Record, find: Callable[[str], Scenario], count: int, seed: int) -> Iterator[JudgedTurn]:
    try:
        scenario = find(record.scenario.id)
    except ScenarioError:
        return
    transcript, hidden = record.transcript(), hidden_of(scenario.facts, scenario.reference)
    asked = _asked(record)
    chosen = Random(f"{seed}/{record.session_id}/judge").sample(range(len(asked)), count)
    for turn in (asked[place] for place in sorted(chosen)):
        released = {item for earlier in record.turns[: turn.index] for item in earlier.released_fact_ids}
        secrets = tuple(secret for secret in hidden if secret.id not in released)
        yield JudgedTurn(turn.text, transcript[: turn.index], secrets, record.session_id)


def _asked(record: Record) -> list[Turn]:
    return [turn for turn in record.turns if turn.speaker == "interviewer" and not NOT_JUDGED & set(turn.acts)]
