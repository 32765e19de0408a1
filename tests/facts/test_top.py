"""The tuned layers are what their record says, and what is measured with them they have not seen."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from agents.facts.tokens import PackagedPieces
from agents.facts.top import TOP, Top, top
from evals.facts.fit import sources
from evals.facts.unseen import fold_tops, unseen_by

FOLDERS = (TOP, *fold_tops())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_weights_are_those_of_the_record(folder: Path) -> None:
    assert hashlib.sha256((folder / Top.MODEL).read_bytes()).hexdigest() == top(folder).record.model_sha256


def test_the_licence_and_what_was_changed_lie_beside_the_weights() -> None:
    assert "Apache License" in (TOP / "LICENSE").read_text(encoding="utf-8")
    assert "tuned by interview-loop" in (TOP / "NOTICE").read_text(encoding="utf-8")


def test_every_source_has_layers_that_have_not_seen_it_and_the_product_s_have_seen_all() -> None:
    names = {source.name for source in sources()}
    assert set(top().record.sources) == names
    for name in names:
        assert name not in top(unseen_by(name)).record.sources


def test_a_sheet_that_all_layers_have_seen_can_not_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.facts.unseen.fold_tops", lambda: (TOP,))
    with pytest.raises(ValueError, match="have seen 'youtube-search'"):
        unseen_by("youtube-search")


def test_a_text_reads_the_same_whatever_was_read_before() -> None:
    pieces = PackagedPieces()
    before = pieces.encode("How many queries a second at peak?").tuned
    pieces.encode("Who labels the data?")
    again = pieces.encode("How many queries a second at peak?").tuned
    assert np.array_equal(before.rows, again.rows)
    assert np.array_equal(before.whole, again.whole)


def test_vectors_have_length_one_and_even_an_empty_text_has_them() -> None:
    for text in ("Peak QPS?", "", "?", "\ud800", "x " * 600):
        read = PackagedPieces().encode(text).tuned
        assert np.allclose(np.linalg.norm(read.rows, axis=1), 1, atol=1e-5)
        assert np.isclose(np.linalg.norm(read.whole), 1, atol=1e-5)
        assert len(read.rows) >= 1
