"""Features of a free-text answer against its question and, where there is one, its reference."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from agents.encoder import DIMENSIONS, SentenceEncoder, Vectors, numbers, terms
from agents.grader.claims import sentences
from agents.grader.cues import cues_of
from evals.grading.figures import Array

MAX_SENTENCES = 30
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|cannot|can't|without|neither|nor|isn't|doesn't|don't|won't|wasn't|aren't)\b", re.IGNORECASE
)
_NOTHING = re.compile(r"^\W*(?:i\s+)?(?:do\s*n'?o?t\s+know|no\s+idea|not\s+answered|idk|none|n/?a|\?+|-+)?\W*$", re.IGNORECASE)

# fmt: off
NAMES: tuple[str, ...] = (
    "nearest_reference", "mean_reference", "question_echo", "beyond_question", "claims_covered", "least_covered",
    "on_reference", "terms_recalled", "new_terms_recalled", "terms_precise", "jaccard", "pairs_recalled", "letters_shared",
    "echoed_terms", "novel_terms", "negation_differs", "figures_recalled", "figures_foreign", "log_words", "root_words",
    "length_to_reference", "sentences", "variety", "word_length", "long_words", "commas", "says_nothing", "cues",
    "rare_terms", "has_reference", "spread", "cohesion",
)
# fmt: on


class Words:
    """Inverse document frequencies of the terms of a corpus of answers."""

    def __init__(self, texts: Sequence[str]) -> None:
        seen = Counter(word for text in texts for word in set(terms(text)))
        self._weights = {word: math.log(1 + len(texts) / (1 + count)) for word, count in seen.items()}
        self._rarest = max(self._weights.values(), default=1.0)

    def sum(self, words: set[str]) -> float:
        """Summed weight."""
        return math.fsum(sorted(self._weights.get(word, self._rarest) for word in words))

    def share(self, words: set[str], wanted: set[str]) -> float:
        """Weighted share of `wanted` that `words` hold."""
        return self.sum(words & wanted) / self.sum(wanted) if wanted else 0.0


class Described:
    """Answer features (n, len(NAMES)) and the two embedding parts: answer (n, 384), answer times reference (n, 384)."""

    def __init__(self, encoder: SentenceEncoder, words: Words) -> None:
        self._encoder = encoder
        self._words = words
        self._known: dict[str, Vectors] = {}

    def row(self, question: str, references: Sequence[str], answer: str) -> tuple[Array, Array, Array]:
        """Features, answer vector, and answer vector times the nearest reference's."""
        own = self._lines(answer)
        whole, asked = self._one(answer), self._one(question)
        vectors = self._encode(references) if references else np.zeros((0, DIMENSIONS), np.float32)
        near = np.asarray(vectors @ whole, float) if references else np.zeros(1)
        best = int(np.argmax(near))
        reference = references[best] if references else ""
        meant = self._meaning(own, whole, asked, near, reference)
        features = [*meant, *self._wording(question, references, reference, answer), *_shape(answer, reference, self._words)]
        features += [float(bool(references)), _spread(own), float(np.mean(own @ asked)) if len(own) else 0.0]
        product = whole * vectors[best] if references else whole * asked
        return np.array(features, float), whole.astype(float), np.asarray(product, float)

    def _meaning(self, own: Vectors, whole: Vectors, asked: Vectors, near: Array, reference: str) -> list[float]:
        claims = self._lines(reference)
        covered = (claims @ own.T).max(axis=1) if len(claims) and len(own) else np.zeros(1)
        onto = (own @ claims.T).max(axis=1) if len(claims) and len(own) else np.zeros(1)
        echo = float(whole @ asked)
        return [
            float(near.max()),
            float(near.mean()),
            echo,
            float(near.max()) - echo,
            float(covered.mean()),
            float(covered.min()),
            float(onto.mean()),
        ]

    def _wording(self, question: str, references: Sequence[str], reference: str, answer: str) -> list[float]:
        said, asked, wanted = set(terms(answer)), set(terms(question)), set(terms(reference))
        every = [set(terms(item)) for item in references] or [set[str]()]
        figures, right = set(numbers(answer)), set(numbers(" ".join(references)))
        known = right | set(numbers(question))
        return [
            max(self._words.share(said, item) for item in every),
            max(self._words.share(said - asked, item - asked) for item in every),
            self._words.share(wanted, said - asked),
            len(said & wanted) / max(1, len(said | wanted)),
            _pairs(answer, reference),
            _letters(answer, reference),
            self._words.share(asked, said),
            float(len(said - asked)) ** 0.5,
            float(bool(reference) and bool(_NEGATION.search(answer)) != bool(_NEGATION.search(reference))),
            len(figures & right) / len(right) if right else 0.0,
            float(min(3, len(figures - known))),
        ]

    def _lines(self, text: str) -> Vectors:
        lines = sentences(text)[:MAX_SENTENCES]
        return self._encode(lines) if lines else np.zeros((0, DIMENSIONS), np.float32)

    def _one(self, text: str) -> Vectors:
        (vector,) = self._encode([text])
        found: Vectors = vector
        return found

    def _encode(self, texts: Sequence[str]) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known |= dict(zip(missing, self._encoder.encode(missing), strict=True))
        return np.array([self._known[text] for text in texts], np.float32)


def describe(rows: Sequence[tuple[str, Sequence[str], str]], encoder: SentenceEncoder) -> Mapping[str, Array]:
    """Arrays 'features', 'answer' and 'product' for (question, references, answer) rows."""
    described = Described(encoder, Words([answer for _, _, answer in rows] + [item for _, refs, _ in rows for item in refs]))
    parts = [described.row(question, references, answer) for question, references, answer in rows]
    return {name: np.array([part[i] for part in parts]) for i, name in enumerate(("features", "answer", "product"))}


def _shape(answer: str, reference: str, words: Words) -> list[float]:
    tokens = re.findall(r"[A-Za-z']+", answer)
    count = len(tokens)
    distinct = {token.lower() for token in tokens}
    return [
        math.log1p(count),
        math.sqrt(count),
        min(3.0, count / max(1, len(reference.split()))) if reference else 0.0,
        math.log1p(len(sentences(answer))),
        len(distinct) / max(1.0, math.sqrt(count)),
        sum(map(len, tokens)) / max(1, count),
        sum(len(token) > 7 for token in tokens) / max(1, count),
        answer.count(",") / max(1, count),
        float(bool(_NOTHING.match(answer))),
        float(np.minimum(cues_of(answer[:4000]), 1).sum()),
        words.sum(set(terms(answer))) / max(1, len(set(terms(answer)))),
    ]


def _spread(own: Vectors) -> float:
    """How far apart the sentences of the answer are, 0 for one."""
    return 1 - float(np.mean(own @ own.T)) if len(own) > 1 else 0.0


def _pairs(answer: str, reference: str) -> float:
    one, two = terms(answer), terms(reference)
    said, wanted = set(pairwise(one)), set(pairwise(two))
    return len(said & wanted) / len(wanted) if wanted else 0.0


def _letters(answer: str, reference: str) -> float:
    """Overlap of runs of four letters: forgiving of misspelling."""
    one, two = (re.sub(r"\W+", " ", text.lower()) for text in (answer, reference))
    said, wanted = ({text[i : i + 4] for i in range(len(text) - 3)} for text in (one, two))
    return len(said & wanted) / len(wanted) if wanted else 0.0
