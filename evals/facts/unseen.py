"""Finds tuned layers that have not seen a sheet, for fitting and measuring what stands on them."""

from functools import lru_cache
from pathlib import Path

from agents.facts.top import top

FOLD_TOPS = Path(__file__).parent / "tops"
"""Tuned layers of which each has seen about half of the sources: what is fitted or measured on the others uses these."""


@lru_cache(maxsize=1)
def fold_tops() -> tuple[Path, ...]:
    """The folders of the tuned layers that have not seen everything."""
    return tuple(sorted(FOLD_TOPS.iterdir()))


def unseen_by(name: str) -> Path:
    """The first tuned layers that have not seen the sheet `name`; raises ValueError if all have."""
    for folder in fold_tops():
        if name not in top(folder).record.sources:
            return folder
    raise ValueError(f"all tuned layers have seen {name!r}: run python -m evals.facts.tune")
