"""Fits what tells a statement from a list of words: `python -m evals.grading.connected` writes it beside the grader.

Statements are the claims of the gold answers. Lists are made from the same words: shuffled without the little ones, and
terms strung together from rubrics. The wordings of concepts and the comma-joined lists of the consistency eval are not used.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from agents.encoder import words
from agents.grader.claims import claims_in
from agents.grader.connected import ENOUGH, FEATURES, FILE, LITTLE_WORDS, Connected, signs_of
from evals.gold import load_banks
from evals.grading.figures import Array
from scenarios.loader import LIBRARY, load

SEPARATORS = (" ", " ", "; ", " / ", "\n", " and ", " - ")
SEED = 3


def statements(scenario: str) -> list[str]:
    """Claims of the gold answers with enough words to be judged alone."""
    texts = [answer.text for answer in load_banks()[scenario].answers]
    found = [claim.quote for text in texts for claim in claims_in(0, text)]
    return [text for text in dict.fromkeys(found) if len(text.split()) >= ENOUGH]


def lists(scenario: str, said: Sequence[str], rng: np.random.Generator) -> list[str]:
    """As many lists of words as there are statements, of the same lengths."""
    rubric = load(LIBRARY / scenario).rubric
    terms = [word for item in rubric.criteria for word in words(f"{item.title} {' '.join(item.evidence)}")]
    pool = {"said": _content(word for text in said for word in words(text)), "rubric": _content(terms)}
    found = []
    for text in said:
        words_in = pool["said" if rng.random() < 0.5 else "rubric"]
        count = len(text.split())
        chosen = [str(word) for word in rng.choice(words_in, size=count)]
        separator = str(rng.choice(SEPARATORS))
        found.append(separator.join(" ".join(pair) for pair in _grouped(chosen, int(rng.integers(1, 4)))))
    return found


def rows(scenario: str) -> tuple[Array, Array]:
    """Features and labels of one scenario's statements and lists."""
    rng = np.random.default_rng([SEED, *scenario.encode()])
    said = statements(scenario)
    both = said + lists(scenario, said, rng)
    # speech recognition drops signs: half of each is seen without them, so that commas decide nothing alone
    plain = [text if rng.random() < 0.5 else " ".join(words(text)) for text in both]
    return np.array([signs_of(text) for text in plain]), np.repeat([1.0, 0.0], len(said))


def main() -> None:
    """Fit on all scenarios, and print how well scenarios left out are told apart."""
    found = {name: rows(name) for name in load_banks()}
    right = []
    for name, (x, y) in found.items():
        other = [found[key] for key in found if key != name]
        model = _fit(np.concatenate([part[0] for part in other]), np.concatenate([part[1] for part in other]))
        right.append((model.predict(x) == y).mean())
    whole = _fit(np.concatenate([part[0] for part in found.values()]), np.concatenate([part[1] for part in found.values()]))
    n = sum(len(y) for _, y in found.values())
    share = f"{np.mean(right):.3f} of {n} told apart with the scenario held out"
    connected = Connected(
        features=FEATURES,
        weights=tuple(round(float(value), 4) for value in whole.coef_[0]),
        bias=round(float(whole.intercept_[0]), 4),
        note=share,
    )
    FILE.write_text(connected.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _fit(x: Array, y: Array) -> LogisticRegression:
    return LogisticRegression(C=10.0, max_iter=1000).fit(x, y)


def _content(spoken: Iterable[str]) -> list[str]:
    return [word for word in spoken if word not in LITTLE_WORDS and not word[0].isdigit()]


def _grouped(chosen: Sequence[str], size: int) -> list[Sequence[str]]:
    return [chosen[start : start + size] for start in range(0, len(chosen), size)]


if __name__ == "__main__":
    main()
