"""Measures how well notes are understood: `python -m evals.intake.run [FILE.jsonl]`."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from agents.encoder import SentenceEncoder, packaged_encoder
from agents.intake import understand
from agents.intake.choose import excluded_ids
from evals.intake.cases import TEST, Case, load
from evals.intake.score import Report, Understood, report
from scenarios.catalog import Card, library


def run(path: Path = TEST, *, encoder: SentenceEncoder | None = None) -> Report:
    """Understand the notes at `path`; raises ValueError on a malformed line and OSError if there is no such file."""
    encoder = encoder or packaged_encoder()
    cases = load(path)
    cards = library()[0]
    if cases:
        understand(cases[0].notes, encoder, cards)  # warms the encoder up, which isn't what is timed
    return report([_understood(case, cards, encoder) for case in cases])


def _understood(case: Case, cards: Sequence[Card], encoder: SentenceEncoder) -> Understood:
    started = time.perf_counter()
    profile = understand(case.notes, encoder, cards)
    milliseconds = (time.perf_counter() - started) * 1000
    excluded = tuple(sorted(excluded_ids(cards, profile.excluded, encoder)))
    return Understood(case=case, profile=profile, excluded=excluded, milliseconds=milliseconds)


def main() -> None:
    """Print the report as JSON."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else TEST
    try:
        found = run(path)
    except (OSError, ValueError) as error:
        raise SystemExit(f"evals.intake: {error}") from None
    sys.stdout.write(found.model_dump_json(indent=2) + "\n")


if __name__ == "__main__":
    main()
