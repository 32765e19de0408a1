import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import erf, softmax

pytest.importorskip("onnx", reason="onnx is needed only to rebuild the weights")

import onnx
import onnxruntime

from agents.encoder import bert, safetensors

SIZES = bert.Sizes(layers=2, hidden=8, heads=2, positions=6)
Tensors = dict[str, NDArray[np.float32]]


def random_tensors() -> Tensors:
    hidden, inner = SIZES.hidden, 16
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (20, hidden),
        "embeddings.position_embeddings.weight": (10, hidden),
        "embeddings.token_type_embeddings.weight": (2, hidden),
    }
    for name in (
        "embeddings.LayerNorm",
        *(f"encoder.layer.{i}{part}.output.LayerNorm" for i in range(2) for part in ("", ".attention")),
    ):
        shapes |= {f"{name}.weight": (hidden,), f"{name}.bias": (hidden,)}
    for i in range(SIZES.layers):
        layer = f"encoder.layer.{i}"
        squares = [f"{layer}.attention.{name}" for name in ("self.query", "self.key", "self.value", "output.dense")]
        for name, rows, columns in [
            *((square, hidden, hidden) for square in squares),
            (f"{layer}.intermediate.dense", inner, hidden),
            (f"{layer}.output.dense", hidden, inner),
        ]:
            shapes |= {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def expected(t: Tensors, ids: list[int]) -> NDArray[Any]:
    """BERT as in Devlin et al. (2019), for one sequence without padding, then the unit vector of the mean."""

    def dense(name: str, x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(x @ t[f"{name}.weight"].T + t[f"{name}.bias"])

    def norm(name: str, x: NDArray[Any]) -> NDArray[Any]:
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + SIZES.epsilon)
        return np.asarray(centred / spread * t[f"{name}.weight"] + t[f"{name}.bias"])

    def heads(x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(x.reshape(len(ids), SIZES.heads, -1).transpose(1, 0, 2))

    x = t["embeddings.word_embeddings.weight"][ids] + t["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm("embeddings.LayerNorm", x + t["embeddings.token_type_embeddings.weight"][0])
    for i in range(SIZES.layers):
        layer = f"encoder.layer.{i}"
        q, k, v = (heads(dense(f"{layer}.attention.self.{part}", x)) for part in ("query", "key", "value"))
        context = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(SIZES.hidden / SIZES.heads), axis=-1) @ v
        joined = context.transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(f"{layer}.attention.output.LayerNorm", x + dense(f"{layer}.attention.output.dense", joined))
        inner = dense(f"{layer}.intermediate.dense", x)
        x = norm(f"{layer}.output.LayerNorm", x + dense(f"{layer}.output.dense", inner * (1 + erf(inner / np.sqrt(2))) / 2))
    mean = x.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def run(ids: list[list[int]], mask: list[list[int]]) -> NDArray[Any]:
    session = onnxruntime.InferenceSession(bert.build(random_tensors(), SIZES).SerializeToString())
    (vectors,) = session.run(None, {"input_ids": np.array(ids, np.int64), "attention_mask": np.array(mask, np.int64)})
    result: NDArray[Any] = vectors
    return result


def test_the_graph_computes_what_the_paper_says() -> None:
    ids = [3, 7, 1, 19, 4]
    np.testing.assert_allclose(run([ids], [[1] * 5])[0], expected(random_tensors(), ids), atol=1e-5)


def test_padding_is_neither_attended_to_nor_pooled() -> None:
    padded = run([[3, 7, 1, 9, 9, 9], [5, 2, 8, 4, 1, 6]], [[1, 1, 1, 0, 0, 0], [1] * 6])
    np.testing.assert_allclose(padded[0], expected(random_tensors(), [3, 7, 1]), atol=1e-5)
    np.testing.assert_allclose(padded[1], expected(random_tensors(), [5, 2, 8, 4, 1, 6]), atol=1e-5)


def test_the_top_layers_go_on_from_where_the_lower_ones_end() -> None:
    tensors, below = random_tensors(), "encoder.layer.0.output.LayerNorm.out"
    whole = bert.build(tensors, SIZES)
    whole.graph.output.append(onnx.helper.make_tensor_value_info(below, onnx.TensorProto.FLOAT, None))
    feeds = {"input_ids": np.array([[3, 7, 1, 19]], np.int64), "attention_mask": np.ones((1, 4), np.int64)}
    embedding, hidden = onnxruntime.InferenceSession(whole.SerializeToString()).run(["embedding", below], feeds)
    top = onnxruntime.InferenceSession(bert.build_top(tensors, SIZES, 1).SerializeToString())
    (rows,) = top.run(["rows"], {"hidden": hidden})
    total = rows[0].sum(axis=0)
    np.testing.assert_allclose(total / np.linalg.norm(total), embedding[0], atol=1e-5)


def test_the_graph_is_the_same_bytes_each_time() -> None:
    first, second = (bert.build(random_tensors(), SIZES).SerializeToString(deterministic=True) for _ in range(2))
    assert first == second


def safetensors_file(shape: list[int], offsets: list[int], data: bytes) -> bytes:
    entry = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
    header = json.dumps({"__metadata__": {"format": "pt"}, "w": entry, "ids": entry | {"dtype": "I64"}}).encode()
    return len(header).to_bytes(8, "little") + header + data


def test_a_safetensors_file_gives_its_float32_tensors() -> None:
    values = np.arange(6, dtype="<f4").reshape(2, 3)
    parsed = safetensors.parse(safetensors_file([2, 3], [0, 24], values.tobytes()))
    assert list(parsed) == ["w"]
    np.testing.assert_array_equal(parsed["w"], values)


@pytest.mark.parametrize(("shape", "offsets"), [([2, 3], [0, 20]), ([2, 3], [4, 28]), ([7], [0, 28])])
def test_a_tensor_that_does_not_fit_its_file_is_refused(shape: list[int], offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        safetensors.parse(safetensors_file(shape, offsets, bytes(24)))
