import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from agents.encoder import DIMENSIONS, CachedEncoder, Vectors, cache_dir
from agents.encoder.cache import CACHE_DIR_VARIABLE

TEXTS = ["How many users?", "What is the latency?", "Are labels delayed?"]


class Counting:
    """An encoder that gives each text a vector of its own and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        seeds = [int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4]) for text in texts]
        return np.array([np.random.default_rng(seed).random(DIMENSIONS) for seed in seeds], np.float32).reshape(-1, DIMENSIONS)

    def encode_corpus(self, texts: Sequence[str], name: str) -> Vectors:
        return self.encode(texts)


def cached(directory: Path, *, identity: str = "one", capacity: int = 100) -> tuple[CachedEncoder, Counting]:
    counting = Counting()
    return CachedEncoder(counting, identity=identity, capacity=capacity, directory=directory), counting


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    encoder, counting = cached(tmp_path)
    first = encoder.encode([TEXTS[0], TEXTS[1], TEXTS[0]])
    second = encoder.encode(TEXTS)
    assert counting.asked == TEXTS
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(second, Counting().encode(TEXTS))


def test_memory_keeps_what_was_used_last(tmp_path: Path) -> None:
    encoder, counting = cached(tmp_path, capacity=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        encoder.encode([text])
    assert counting.asked == ["a", "b", "c", "b"]


def test_more_texts_than_memory_holds_are_all_answered(tmp_path: Path) -> None:
    encoder, _ = cached(tmp_path, capacity=1)
    assert np.array_equal(encoder.encode(TEXTS), Counting().encode(TEXTS))
    assert np.array_equal(encoder.encode_corpus(TEXTS, "sheet"), Counting().encode(TEXTS))


def test_changing_a_result_does_not_change_the_memory(tmp_path: Path) -> None:
    encoder, _ = cached(tmp_path)
    encoder.encode(TEXTS)[:] = 0
    encoder.encode_corpus(TEXTS, "sheet")[:] = 0
    assert np.array_equal(encoder.encode(TEXTS), Counting().encode(TEXTS))


def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    encoder, _ = cached(tmp_path)
    assert encoder.encode([]).shape == (0, DIMENSIONS)
    assert encoder.encode_corpus([], "sheet").shape == (0, DIMENSIONS)


def test_a_corpus_is_encoded_once_for_all_processes(tmp_path: Path) -> None:
    before = cached(tmp_path)[0].encode_corpus(TEXTS, "sheet")
    encoder, counting = cached(tmp_path)
    assert np.array_equal(encoder.encode_corpus(TEXTS, "sheet"), before)
    assert np.array_equal(encoder.encode(TEXTS), before)
    assert counting.asked == []


def test_rows_follow_the_order_of_the_texts(tmp_path: Path) -> None:
    forwards = cached(tmp_path)[0].encode_corpus(TEXTS, "sheet")
    backwards = cached(tmp_path)[0].encode_corpus([*TEXTS[::-1], TEXTS[0]], "sheet")
    assert np.array_equal(backwards, [*forwards[::-1], forwards[0]])


def test_after_an_edit_only_the_new_text_is_encoded_and_the_old_one_is_dropped(tmp_path: Path) -> None:
    cached(tmp_path)[0].encode_corpus(TEXTS, "sheet")
    (file,) = tmp_path.iterdir()
    size = file.stat().st_size
    encoder, counting = cached(tmp_path)
    encoder.encode_corpus([*TEXTS[:2], "Are labels noisy?"], "sheet")
    assert counting.asked == ["Are labels noisy?"]
    assert file.stat().st_size == size


def test_vectors_of_another_encoder_are_not_reused(tmp_path: Path) -> None:
    cached(tmp_path)[0].encode_corpus(TEXTS, "sheet")
    encoder, counting = cached(tmp_path, identity="two")
    encoder.encode_corpus(TEXTS, "sheet")
    assert counting.asked == TEXTS


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda content: content[:-100],
    "one bit flipped": lambda content: content[:900] + bytes([content[900] ^ 1]) + content[901:],
    "another format": lambda _: b"PK\x03\x04 not what it seems",
    "rows of another size, digest right": lambda _: hashlib.sha256(b"x" * 100).digest() + b"x" * 100,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_recomputed_and_repaired(tmp_path: Path, damage: str) -> None:
    before = cached(tmp_path)[0].encode_corpus(TEXTS, "sheet")
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(DAMAGE[damage](whole))
    encoder, counting = cached(tmp_path)
    assert np.array_equal(encoder.encode_corpus(TEXTS, "sheet"), before)
    assert counting.asked == TEXTS
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_made_only_costs_the_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    encoder, _ = cached(tmp_path / "file" / "cache")
    assert np.array_equal(encoder.encode_corpus(TEXTS, "sheet"), Counting().encode(TEXTS))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", full_disk)
    encoder, _ = cached(tmp_path)
    assert np.array_equal(encoder.encode_corpus(TEXTS, "sheet"), Counting().encode(TEXTS))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../escape", "..", "a/b", "/etc/x", "n" * 400])
def test_a_corpus_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    directory = tmp_path / "cache"
    encoder, _ = cached(directory)
    assert np.array_equal(encoder.encode_corpus(TEXTS, name), Counting().encode(TEXTS))
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.parent != directory] == []


def test_the_file_holds_no_words(tmp_path: Path) -> None:
    cached(tmp_path)[0].encode_corpus(TEXTS, "sheet")
    (file,) = tmp_path.iterdir()
    assert b"latency" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_half_a_surrogate_pair_can_be_cached(tmp_path: Path) -> None:
    assert cached(tmp_path)[0].encode_corpus(["caf\udce9"], "sheet").shape == (1, DIMENSIONS)


def test_the_callers_folder_wins_over_the_environment_and_that_over_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_DIR_VARIABLE, str(tmp_path / "environment"))
    assert cache_dir(tmp_path / "argument") == tmp_path / "argument"
    assert cache_dir() == tmp_path / "environment"
    monkeypatch.setenv(CACHE_DIR_VARIABLE, "")
    assert cache_dir().name == "interview-loop"
