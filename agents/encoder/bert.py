"""Builds the ONNX graph of a BERT sentence encoder, with mean pooling and L2 normalisation inside the graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
IR_VERSION = 10
MASKED = -1e9

Tensors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Sizes:
    """The sizes of a BERT encoder; `positions` is the longest input in tokens."""

    layers: int
    hidden: int
    heads: int
    positions: int
    epsilon: float = 1e-12


def build(tensors: Tensors, sizes: Sizes) -> onnx.ModelProto:
    """Build the graph: int64 `input_ids`, `attention_mask` (batch, tokens) in, unit vectors `embedding` (batch, hidden) out."""
    graph = _Graph()
    _Bert(graph, tensors, sizes).encode()
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in ("input_ids", "attention_mask")]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", sizes.hidden])
    made = helper.make_graph(graph.nodes, "sentence_encoder", inputs, [output], graph.initialisers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return model


def build_top(tensors: Tensors, sizes: Sizes, lower: int) -> onnx.ModelProto:
    """Build the layers from `lower` on: float32 `hidden` (1, tokens, hidden) of one text in, `rows` of the same shape out."""
    graph = _Graph()
    _Bert(graph, tensors, sizes).encode_from(lower)
    shape: list[str | int | None] = [1, "tokens", sizes.hidden]
    inputs, output = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("hidden", "rows"))
    made = helper.make_graph(graph.nodes, "encoder_top", [inputs], [output], graph.initialisers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return model


class _Graph:
    """Nodes and initialisers as they are collected; each method returns the name of what it added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, name: str, *values: int) -> str:
        return self.constant(name, np.array(values, np.int64))

    def add(self, op: str, name: str, *inputs: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def split(self, name: str, source: str, parts: int) -> list[str]:
        outputs = [f"{name}.{part}" for part in range(parts)]
        self.nodes.append(helper.make_node("Split", [source], outputs, name=name, axis=-1, num_outputs=parts))
        return outputs


class _Bert:
    """Turns the tensors of a checkpoint into nodes, with the names that Hugging Face's BertModel gives them."""

    def __init__(self, graph: _Graph, tensors: Tensors, sizes: Sizes) -> None:
        self.graph = graph
        self.tensors = tensors
        self.sizes = sizes
        self.width = sizes.hidden // sizes.heads

    def encode(self) -> None:
        """From tokens to one unit vector a text."""
        g = self.graph
        self._constants()
        g.integers("start", 0)
        g.integers("token_axis", 1)
        g.add("Cast", "mask", "attention_mask", to=TensorProto.FLOAT)
        self._pool(self._layers(self._embeddings(), 0, self._attention_bias()))

    def encode_from(self, lower: int) -> None:
        """From the hidden states below layer `lower` of one text, which has no padding, to the last layer's."""
        self._constants()
        self.graph.add("Identity", "rows", self._layers("hidden", lower, None))

    def _layers(self, x: str, lower: int, bias: str | None) -> str:
        for layer in range(lower, self.sizes.layers):
            x = self._attention(f"encoder.layer.{layer}.attention", x, bias)
            x = self._feed_forward(f"encoder.layer.{layer}", x)
        return x

    def _constants(self) -> None:
        g = self.graph
        g.integers("split_heads", 0, 0, self.sizes.heads, self.width)
        g.integers("join_heads", 0, 0, self.sizes.hidden)
        g.constant("score_scale", np.array(self.width**-0.5, np.float32))

    def _attention_bias(self) -> str:
        """0 where a token may be attended to, hugely negative where it is padding: (batch, 1, 1, tokens)."""
        g = self.graph
        padding = g.add("Sub", "padding", g.constant("one", np.array(1, np.float32)), "mask")
        bias = g.add("Mul", "padding_bias", padding, g.constant("masked", np.array(MASKED, np.float32)))
        return g.add("Unsqueeze", "attention_bias", bias, g.integers("head_axes", 1, 2))

    def _embeddings(self) -> str:
        """Word + position + token type 0; the two that do not depend on the words are folded into one table."""
        g, t = self.graph, self.tensors
        table = t["embeddings.position_embeddings.weight"][: self.sizes.positions]
        g.constant("positions", table + t["embeddings.token_type_embeddings.weight"][0])
        word = g.add("Gather", "word", g.constant("words", t["embeddings.word_embeddings.weight"]), "input_ids")
        length = g.add("Shape", "length", "input_ids", start=1, end=2)
        position = g.add("Slice", "position", "positions", "start", length, "start")
        return self._normalise("embeddings.LayerNorm", g.add("Add", "embedded", word, position))

    def _attention(self, name: str, x: str, bias: str | None) -> str:
        g = self.graph
        q, k, v = g.split(f"{name}.split", self._query_key_value(name, x), 3)
        scaled = g.add("Mul", f"{name}.scaled", self._heads(q, 0, 2, 1, 3), "score_scale")
        scores = g.add("MatMul", f"{name}.scores", scaled, self._heads(k, 0, 2, 3, 1))
        masked = scores if bias is None else g.add("Add", f"{name}.masked", scores, bias)
        shares = g.add("Softmax", f"{name}.shares", masked, axis=-1)
        context = g.add("MatMul", f"{name}.context", shares, self._heads(v, 0, 2, 1, 3))
        swapped = g.add("Transpose", f"{name}.swapped", context, perm=[0, 2, 1, 3])
        joined = g.add("Reshape", f"{name}.joined", swapped, "join_heads")
        return self._residual(f"{name}.output", joined, x)

    def _query_key_value(self, name: str, x: str) -> str:
        """All three projections in one product, so that the input is quantised once instead of three times."""
        parts = [f"{name}.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self.tensors[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self.tensors[f"{part}.bias"] for part in parts])
        return self._affine(f"{name}.self", x, weight, bias)

    def _heads(self, x: str, *order: int) -> str:
        split = self.graph.add("Reshape", f"{x}.heads", x, "split_heads")
        return self.graph.add("Transpose", f"{x}.ordered", split, perm=list(order))

    def _feed_forward(self, name: str, x: str) -> str:
        inner = self._dense(f"{name}.intermediate.dense", x)
        return self._residual(f"{name}.output", self.graph.add("Gelu", f"{name}.gelu", inner), x)

    def _residual(self, name: str, x: str, skip: str) -> str:
        total = self.graph.add("Add", f"{name}.residual", self._dense(f"{name}.dense", x), skip)
        return self._normalise(f"{name}.LayerNorm", total)

    def _dense(self, name: str, x: str) -> str:
        return self._affine(name, x, self.tensors[f"{name}.weight"].T, self.tensors[f"{name}.bias"])

    def _affine(self, name: str, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        g = self.graph
        product = g.add("MatMul", f"{name}.product", x, g.constant(f"{name}.weight", weight))
        return g.add("Add", f"{name}.sum", product, g.constant(f"{name}.bias", bias))

    def _normalise(self, name: str, x: str) -> str:
        g = self.graph
        scale, bias = (g.constant(f"{name}.{part}", self.tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        return g.add("LayerNormalization", f"{name}.out", x, scale, bias, axis=-1, epsilon=self.sizes.epsilon)

    def _pool(self, x: str) -> None:
        """Sum over real tokens: it has the direction of their mean, and only the direction survives normalisation."""
        g = self.graph
        column = g.add("Unsqueeze", "mask_column", "mask", g.integers("hidden_axis", 2))
        total = g.add("ReduceSum", "total", g.add("Mul", "kept", x, column), "token_axis", keepdims=0)
        g.add("Div", "embedding", total, g.add("ReduceL2", "norm", total, "token_axis", keepdims=1))
