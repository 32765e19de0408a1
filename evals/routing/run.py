"""Runs a router over labelled turns and reports how well it heard them: `python -m evals.routing.run [FILE.jsonl]`."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from agents.encoder import SentenceEncoder, packaged_encoder
from agents.router import EmbeddedRouter, Heard, Router
from evals.routing.cases import TEST, Case, load
from evals.routing.examples import transcript
from evals.routing.score import Report, Scored, report, split_rightly


def run(path: Path = TEST, *, router: Router | None = None, encoder: SentenceEncoder | None = None) -> Report:
    """Score `router` (the embedded one unless given) on the cases at `path`; raises ValueError on a malformed file."""
    encoder = encoder or packaged_encoder()
    return report(score(load(path), router or EmbeddedRouter(encoder), encoder))


def score(cases: Sequence[Case], router: Router, encoder: SentenceEncoder) -> tuple[Scored, ...]:
    """Route every case; the first turn also warms the encoder up, so it is routed twice and timed once."""
    if cases:
        router.route(heard(cases[0]))
    return tuple(_score(case, router, encoder) for case in cases)


def heard(case: Case) -> Heard:
    """The case as the router hears it."""
    return Heard(text=case.text, previous=transcript(case.previous))


def _score(case: Case, router: Router, encoder: SentenceEncoder) -> Scored:
    started = time.perf_counter()
    routing = router.route(heard(case))
    milliseconds = (time.perf_counter() - started) * 1000
    split = split_rightly(case.questions, routing.questions, encoder)
    return Scored(case=case, routing=routing, split=split, milliseconds=milliseconds)


def main() -> None:
    """Print the report as JSON."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else TEST
    sys.stdout.write(run(path).model_dump_json(indent=2) + "\n")


if __name__ == "__main__":
    main()
