"""One rater grading one record: no scores in sight, criteria in an order of their own, every answer kept at once."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from pydantic import Field, ValidationError

from agents.dialogue import Transcript
from agents.grader.aggregate import weighted_level
from agents.record import Record
from evals.gold import GoldError, GoldInterview, Rating
from scenarios.model import Model
from scenarios.rubric import Criterion, Rubric
from scenarios.scenario import Scenario


class Label(Model):
    """One level (None: no room to judge) that `rater` gave to `criterion` of the record `session_id`."""

    session_id: str
    scenario: str
    scenario_sha256: str
    rater: str = Field(min_length=1)
    criterion: str
    level: int | None = Field(default=None, ge=0, le=4)
    comment: str = ""
    at: str = ""


class LabelSession:
    """Asks for what is still open; answers are appended to `store` (JSONL), so that it can be left and taken up again."""

    def __init__(self, record: Record, rubric: Rubric, rater: str, store: Path) -> None:
        if not rater.strip():
            raise ValueError("a rater needs a name")
        self._record = record
        self._rubric = rubric
        self._rater = rater.strip()
        self._store = store

    @property
    def transcript(self) -> Transcript:
        """What was said, and nothing that the grader or the guard thought of it."""
        return tuple(turn.model_copy(update={"acts": (), "area": None}) for turn in self._record.transcript())

    def order(self) -> tuple[Criterion, ...]:
        """All criteria in an order that is the same for this rater and record each time, and another for the next rater."""
        seed = sha256(f"{self._record.session_id}\n{self._rater}".encode()).digest()
        order = np.random.default_rng(list(seed)).permutation(len(self._rubric.criteria))
        return tuple(self._rubric.criteria[int(i)] for i in order)

    def pending(self) -> tuple[Criterion, ...]:
        """Criteria not yet graded by this rater, in order."""
        done = {label.criterion for label in self._mine()}
        return tuple(item for item in self.order() if item.id not in done)

    def add(self, criterion: str, level: int | None, *, comment: str = "", at: str = "") -> Label:
        """Store one answer; a later answer to the same criterion replaces the earlier one."""
        if criterion not in {item.id for item in self._rubric.criteria}:
            raise ValueError(f"the rubric holds no criterion '{criterion}'")
        label = Label(
            session_id=self._record.session_id,
            scenario=self._record.scenario.id,
            scenario_sha256=self._record.scenario.sha256,
            rater=self._rater,
            criterion=criterion,
            level=level,
            comment=comment,
            at=at,
        )
        self._store.parent.mkdir(parents=True, exist_ok=True)
        with self._store.open("a", encoding="utf-8") as file:
            file.write(label.model_dump_json() + "\n")
        return label

    def _mine(self) -> Iterator[Label]:
        for label in read_labels(self._store):
            if label.rater == self._rater and label.session_id == self._record.session_id:
                yield label


def read_labels(store: Path) -> tuple[Label, ...]:
    """All labels, a later one replacing an earlier one of the same rater; a last line cut short by a crash is left out."""
    if not store.is_file():
        return ()
    found: dict[tuple[str, str, str], Label] = {}
    lines = store.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            label = Label.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as error:
            if number == len(lines):
                break
            raise GoldError(f"{store}: line {number}: not a label: {str(error).splitlines()[0]}") from None
        found[label.session_id, label.rater, label.criterion] = label
    return tuple(found.values())


def gather(records: Iterable[Record], labels: Sequence[Label], scenarios: Mapping[str, Scenario]) -> tuple[GoldInterview, ...]:
    """Gold interviews of origin 'human' from records and the labels on them; records without a label are left out."""
    found = []
    for record in records:
        mine = [label for label in labels if label.session_id == record.session_id]
        if not mine or record.scenario.id not in scenarios:
            continue
        raters = sorted({label.rater for label in mine})
        ratings = tuple(
            Rating(rater=rater, levels={label.criterion: label.level for label in mine if label.rater == rater})
            for rater in raters
        )
        levels = _median(ratings)
        level = weighted_level(scenarios[record.scenario.id].rubric, {key: float(value) for key, value in levels.items()})
        found.append(
            GoldInterview(
                id=record.session_id,
                scenario=record.scenario.id,
                author="+".join(raters),
                origin="human",
                kind="human",
                levels=levels,
                overall=round(level[0], 4) if level else 0.0,
                turns=record.turns,
                ratings=ratings,
            )
        )
    return tuple(found)


def _median(ratings: Sequence[Rating]) -> dict[str, int]:
    """The lower median of the levels given to each criterion; criteria that nobody could judge are left out."""
    given: dict[str, list[int]] = {}
    for rating in ratings:
        for criterion, level in rating.levels.items():
            if level is not None:
                given.setdefault(criterion, []).append(level)
    return {criterion: sorted(levels)[(len(levels) - 1) // 2] for criterion, levels in given.items()}
