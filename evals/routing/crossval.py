"""Whole-turn cross-validation on the fitting set, domains held out: `python -m evals.routing.crossval`."""

import sys
from collections.abc import Sequence

from sklearn.model_selection import GroupKFold

from agents.encoder import SentenceEncoder, packaged_encoder
from agents.router import EmbeddedRouter
from agents.router.classifier import SegmentModel
from evals.routing.cases import case_of
from evals.routing.examples import Example, load
from evals.routing.fit import FOLDS, fit
from evals.routing.run import score
from evals.routing.score import Report, Scored, report


def cross_validate_turns(examples: Sequence[Example], encoder: SentenceEncoder, folds: int = FOLDS) -> Report:
    """Score each turn by a router fitted without its domain; the hand-written rules have seen all of them."""
    groups = [example.domain for example in examples]
    scored: list[Scored] = []
    for train, held_out in GroupKFold(folds).split(groups, groups=groups):
        model = SegmentModel.of(fit([examples[i] for i in train], encoder))
        router = EmbeddedRouter(encoder, model=model)
        scored.extend(score([case_of(examples[i]) for i in held_out], router, encoder))
    return report(scored)


def main() -> None:
    """Print the report as JSON."""
    sys.stdout.write(cross_validate_turns(load(), packaged_encoder()).model_dump_json(indent=2) + "\n")


if __name__ == "__main__":
    main()
