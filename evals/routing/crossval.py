"""Whole-turn cross-validation on the fitting set: `python -m evals.routing.crossval [domain|author]`.

Held-out domains share their author's habits of speech; held-out authors don't, so `author` is the figure to expect of strangers.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from sklearn.model_selection import GroupKFold

from agents.encoder import SentenceEncoder, packaged_encoder
from agents.router import EmbeddedRouter
from agents.router.classifier import SegmentModel
from evals.routing.cases import case_of
from evals.routing.examples import Example, load
from evals.routing.fit import FOLDS, fit
from evals.routing.run import score
from evals.routing.score import Report, Scored, report

By = Literal["domain", "author"]
Split = tuple[list[Example], list[Example]]


def by_domain(examples: Sequence[Example], folds: int = FOLDS) -> Iterator[Split]:
    """What to fit on and what to hold out, whole domains at a time."""
    groups = [example.domain for example in examples]
    for train, held_out in GroupKFold(folds).split(groups, groups=groups):
        yield [examples[i] for i in train], [examples[i] for i in held_out]


def by_author(examples: Sequence[Example]) -> Iterator[Split]:
    """What to fit on and what to hold out, one author at a time."""
    for author in sorted({example.author for example in examples}):
        yield [one for one in examples if one.author != author], [one for one in examples if one.author == author]


def held_out_turns(split: Split, encoder: SentenceEncoder) -> tuple[Scored, ...]:
    """Score each held-out turn by a router fitted on the others; the hand-written rules have seen all of them."""
    train, held_out = split
    router = EmbeddedRouter(encoder, model=SegmentModel.of(fit(train, encoder)))
    return score([case_of(example) for example in held_out], router, encoder)


def cross_validate_turns(examples: Sequence[Example], encoder: SentenceEncoder, by: By = "domain") -> dict[str, Report]:
    """One report over all held-out domains, or one for each held-out author."""
    if by == "domain":
        turns = [turn for split in by_domain(examples) for turn in held_out_turns(split, encoder)]
        return {"domain": report(turns)}
    return {split[1][0].author: report(held_out_turns(split, encoder)) for split in by_author(examples)}


def main() -> None:
    """Print the reports as JSON."""
    by: By = "author" if sys.argv[1:] == ["author"] else "domain"
    if sys.argv[1:] not in ([], *([name] for name in get_args(By))):
        raise SystemExit(__doc__)
    reports = cross_validate_turns(load(), packaged_encoder(), by)
    sys.stdout.write(json.dumps({name: one.model_dump(mode="json") for name, one in reports.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
