"""Finds techniques that a text names, by words or by meaning."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agents.encoder import SentenceEncoder, Vectors
from agents.intake.spelling import Speller

TECHNIQUE_SIMILARITY = 0.62
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def techniques_named(text: str, encoder: SentenceEncoder | None) -> tuple[str, ...]:
    """Ids of the techniques that `text` names; without an encoder, by words alone."""
    speller = _speller()
    plain = " ".join(speller.corrected(word).lower() for word in _WORD.findall(text))
    return tuple(
        technique
        for technique, known in techniques().items()
        if re.search(rf"\b(?:{'|'.join(known['words'])})", plain) or (encoder and _alike(technique, known, plain, encoder))
    )


def _alike(technique: str, known: dict[str, Any], text: str, encoder: SentenceEncoder) -> bool:
    """Whether the text means a wording; only texts with a word that hints at it are worth the time."""
    if not re.search(rf"\b(?:{'|'.join(known['hints'])})", text):
        return False
    wordings: Sequence[str] = known["wordings"]
    corpus: Vectors = encoder.encode_corpus(wordings, f"technique-{technique}")
    return float((corpus @ encoder.encode([text])[0]).max()) >= TECHNIQUE_SIMILARITY


@cache
def techniques() -> dict[str, Any]:
    """The techniques of cues.yaml: by id, words that name one, wordings that mean it, and words that hint at it."""
    document: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cues.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["techniques"]
    return found


@cache
def _speller() -> Speller:
    return Speller(word for known in techniques().values() for text in known["wordings"] for word in text.split())
