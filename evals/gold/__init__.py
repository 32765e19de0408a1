"""Interviews with known levels: composed from independently written answers, and written whole."""

from evals.gold.cases import (
    Answer,
    Bank,
    GoldError,
    GoldInterview,
    Rating,
    Said,
    WholeInterview,
    load_banks,
    load_whole,
    read_gold,
    write_gold,
)
from evals.gold.compose import compose, compose_all

__all__ = [
    "Answer",
    "Bank",
    "GoldError",
    "GoldInterview",
    "Rating",
    "Said",
    "WholeInterview",
    "compose",
    "compose_all",
    "load_banks",
    "load_whole",
    "read_gold",
    "write_gold",
]
