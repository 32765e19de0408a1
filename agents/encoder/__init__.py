"""Sentence vectors, word matching and their caches, which every embedded role shares."""

from agents.encoder.bm25 import BM25
from agents.encoder.cache import CachedEncoder, cache_dir, packaged_encoder
from agents.encoder.encoder import DIMENSIONS, MAX_TOKENS, MiniLM, SentenceEncoder, Vectors, fingerprint
from agents.encoder.lexical import STOP_WORDS, normalise, numbers, stem, terms, words

__all__ = [
    "BM25",
    "DIMENSIONS",
    "MAX_TOKENS",
    "STOP_WORDS",
    "CachedEncoder",
    "MiniLM",
    "SentenceEncoder",
    "Vectors",
    "cache_dir",
    "fingerprint",
    "normalise",
    "numbers",
    "packaged_encoder",
    "stem",
    "terms",
    "words",
]
