"""Whole interviews said again in other words by an independent author: the score must not move."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from agents.encoder import SentenceEncoder
from evals.consistency.perturb import Turns
from evals.gold import GoldError, GoldInterview, WholeInterview, load_whole
from evals.gold.cases import WHOLE
from evals.grading.run import whole_cases
from scenarios.model import Model
from scenarios.scenario import Scenario

DATA = Path(__file__).with_name("data") / "paraphrases.jsonl"
NAME = "paraphrase (independent author)"


class Paraphrased(NamedTuple):
    """One interview, and its turns with the candidate's words replaced."""

    case: GoldInterview
    turns: Turns


class _Line(Model):
    """One line of the data: the file name of an interview without ending, and new texts by turn index."""

    interview: str
    turns: dict[int, str]


def paraphrases(scenarios: Mapping[str, Scenario], encoder: SentenceEncoder, data: Path = DATA) -> tuple[Paraphrased, ...]:
    """All interviews that `data` says again, both versions read the way `interview grade` reads them.

    Raises GoldError naming the line; there are none where there is no file.
    """
    if not data.is_file():
        return ()
    known = dict(zip((path.stem for path in sorted(WHOLE.glob("*.json"))), load_whole(), strict=True))
    found = []
    for number, line in enumerate(data.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = _Line.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as error:
            raise GoldError(f"{data}: line {number}: {str(error).splitlines()[0]}") from None
        if item.interview not in known:
            raise GoldError(f"{data}: line {number}: there is no interview '{item.interview}'")
        whole = known[item.interview]
        for case, changed in zip(
            whole_cases([whole], scenarios, encoder), whole_cases([_said_again(whole, item)], scenarios, encoder), strict=True
        ):
            found.append(Paraphrased(case, changed.turns))
    return tuple(found)


def _said_again(whole: WholeInterview, item: _Line) -> WholeInterview:
    turns = tuple(
        turn.model_copy(update={"text": item.turns[index]}) if index in item.turns and turn.speaker == "candidate" else turn
        for index, turn in enumerate(whole.turns)
    )
    return whole.model_copy(update={"turns": turns})
