import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from agents.encoder import DIMENSIONS, MiniLM
from agents.encoder.encoder import MAX_CHARACTERS

SENTENCES = [
    "ok",
    "How many daily active users does the product have?",
    "I would use a two-tower model for candidate generation, with in-batch negatives corrected for popularity.",
    "Monitoring would look at feature drift, at calibration by country and at the share of fallbacks. " * 4,
    "The labels arrive with a delay of up to thirty days, so recent examples are incomplete. " * 40,
    "",
]

PARAPHRASES = [
    ("How many daily active users does the product have?", "What is the DAU of the app?"),
    ("What is the latency budget of the ranking service?", "How fast must a ranking request be answered?"),
    ("Do we have human labels for harmful posts?", "Is there annotated data for policy-violating content?"),
    ("How long after a purchase does a chargeback arrive?", "Are the fraud labels delayed?"),
    ("In which countries and languages do we operate?", "Is the product international or in one market only?"),
    ("What does the existing system use to rank items?", "Is there a baseline ranker in production today?"),
]


def test_a_vector_does_not_depend_on_what_is_encoded_beside_it(minilm: MiniLM) -> None:
    together = minilm.encode(SENTENCES)
    backwards = minilm.encode(SENTENCES[::-1])[::-1]
    alone = np.concatenate([minilm.encode([sentence]) for sentence in SENTENCES])
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards)


@pytest.mark.parametrize("threads", [1, 4])
def test_a_vector_does_not_depend_on_the_number_of_threads(minilm: MiniLM, threads: int) -> None:
    lengths = [" ".join(["ranking", "latency", "of", "labels"][:count] * count) for count in range(1, 60, 4)]
    texts = SENTENCES + lengths
    assert np.array_equal(MiniLM(threads=threads).encode(texts), minilm.encode(texts))


def test_a_vector_does_not_depend_on_the_process(minilm: MiniLM) -> None:
    program = (
        "import hashlib, json, sys; from agents.encoder import MiniLM; "
        "print(hashlib.sha256(MiniLM(threads=1).encode(json.loads(sys.argv[1])).tobytes()).hexdigest())"
    )
    texts = '["Are the labels delayed?", "How many users?"]'
    done = subprocess.run([sys.executable, "-c", program, texts], capture_output=True, text=True, check=True)
    here = minilm.encode(["Are the labels delayed?", "How many users?"])
    assert done.stdout.strip() == hashlib.sha256(here.tobytes()).hexdigest()


def test_threads_that_share_an_encoder_get_the_same_vectors() -> None:
    fresh = MiniLM(threads=1)
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(lambda _: fresh.encode(SENTENCES[:3]), range(16)))
    assert all(np.array_equal(vectors[0], other) for other in vectors)


def test_rows_are_float32_of_length_one(minilm: MiniLM) -> None:
    vectors = minilm.encode(SENTENCES)
    assert vectors.shape == (len(SENTENCES), DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(minilm: MiniLM) -> None:
    assert minilm.encode([]).shape == (0, DIMENSIONS)


def test_similarities_are_those_that_the_models_authors_publish(minilm: MiniLM) -> None:
    """Figures from the quickstart of sbert.net for all-MiniLM-L6-v2; int8 stays within 0.04 of them."""
    vectors = minilm.encode(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    published = np.array([[1, 0.6660, 0.1046], [0.6660, 1, 0.1411], [0.1046, 0.1411, 1]])
    np.testing.assert_allclose(vectors @ vectors.T, published, atol=0.04)


def test_every_question_is_nearest_to_its_own_paraphrase(minilm: MiniLM) -> None:
    questions, paraphrases = (minilm.encode(side) for side in zip(*PARAPHRASES, strict=True))
    assert (questions @ paraphrases.T).argmax(axis=1).tolist() == list(range(len(PARAPHRASES)))


def test_what_lies_beyond_256_tokens_is_not_read(minilm: MiniLM) -> None:
    start = "label " * 254
    long, longer = minilm.encode([start, start + "of something else entirely"])
    assert np.array_equal(long, longer)


def test_the_254th_word_is_read(minilm: MiniLM) -> None:
    read, changed = minilm.encode(["label " * 254, "label " * 253 + "fraud"])
    assert not np.array_equal(read, changed)


def test_an_endless_input_is_cut_before_it_is_tokenised(minilm: MiniLM) -> None:
    word = "x" * 200 + " "
    endless, cut = minilm.encode([word * 10_000, (word * 10_000)[:MAX_CHARACTERS]])
    assert np.array_equal(endless, cut)


def test_an_empty_text_has_a_vector_and_blanks_are_empty(minilm: MiniLM) -> None:
    empty, blank = minilm.encode(["", " \t\n "])
    assert np.array_equal(empty, blank)


def test_blanks_before_a_text_do_not_push_it_out(minilm: MiniLM) -> None:
    plain, pushed = minilm.encode(["How many users?", " " * MAX_CHARACTERS + "How many users?"])
    assert np.array_equal(plain, pushed)


@pytest.mark.parametrize(
    "noisy", ["How many\x00 users?", "How many\u200b users?", "\x1bHow many users?\x07", "How\u00a0many users?"]
)
def test_control_and_invisible_characters_change_nothing(minilm: MiniLM, noisy: str) -> None:
    assert np.array_equal(minilm.encode([noisy]), minilm.encode(["How many users?"]))


def test_half_a_surrogate_pair_is_taken_as_an_unknown_character(minilm: MiniLM) -> None:
    assert np.isfinite(minilm.encode(["caf\udce9 \ud83d users"])).all()


@pytest.mark.parametrize("token", ["[SEP]", "[CLS]", "[PAD]", "[MASK]", "[UNK]"])
def test_control_tokens_that_someone_types_are_text(minilm: MiniLM, token: str) -> None:
    spelled = f"users [ {token[1:-1]} ] growth"
    assert np.array_equal(minilm.encode([f"users {token} growth"]), minilm.encode([spelled]))


def test_one_text_instead_of_a_sequence_is_refused(minilm: MiniLM) -> None:
    with pytest.raises(TypeError, match="sequence of texts"):
        minilm.encode("How many users?")


def test_importing_the_package_loads_no_model_runtime() -> None:
    program = (
        "import sys, agents.encoder as e; e.packaged_encoder(); "
        "sys.exit('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
