"""The encoder's last layers as differentiable functions, and the loss that tunes them to tell what a question asks for."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from evals.facts.batches import Batch, Texts

HEADS, HIDDEN, EPSILON = 12, 384, 1e-12
LOWER, LAYERS = 4, 6
"""Layers 0 to 3 stay as they are, so that the product computes them once for both of its readings of a text."""
MASKED = -1e9
SCALARS = {"cosine": 10.0, "late": 10.0, "offset": -10.0, "asked": -1.0, "unknown": 0.0}
"""Where the weights of the two similarities, and the offsets of facts, of authored and of unknown questions start."""

Array = Any  # jax.Array; jax is installed only for tuning
Parameters = Mapping[str, Any]


def start(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters before tuning, from a BERT checkpoint's tensors."""
    layers = {}
    for number in range(LOWER, LAYERS):
        prefix = f"encoder.layer.{number}."
        layers[f"layer.{number}"] = {
            name.removeprefix(prefix): jnp.array(value) for name, value in tensors.items() if name.startswith(prefix)
        }
    return {**layers, **{name: jnp.array(value) for name, value in SCALARS.items()}}


def loss(p: Parameters, batch: Batch) -> Array:
    """Return the cross-entropy between the facts asked for and the model's choice among the facts and "not on this sheet"."""
    question = _vectors(p, batch.questions)
    facts = _likeness(p, question, _vectors(p, batch.facts)) + p["offset"]
    none = jnp.zeros((facts.shape[0], 1))
    if batch.asked is not None and batch.unknown is not None:
        asked = _likeness(p, question, _vectors(p, batch.asked)) + p["offset"] + p["asked"]
        facts = jnp.logaddexp(facts, jnp.where(batch.asked_mask > 0, asked, MASKED))
        unknown = _likeness(p, question, _vectors(p, batch.unknown)) + p["offset"] + p["unknown"]
        everything = jnp.concatenate([none, jnp.where(batch.unknown_mask > 0, unknown, MASKED)], 1)
        none = jax.nn.logsumexp(everything, 1, keepdims=True)
    facts = jnp.where(batch.held > 0, facts, MASKED)
    chosen = jax.nn.log_softmax(jnp.concatenate([none, facts], 1), -1)
    count = batch.gold.sum(1, keepdims=True)
    target = jnp.concatenate([(count == 0).astype(jnp.float32), batch.gold / jnp.maximum(count, 1)], 1)
    each = -(target * jnp.maximum(chosen, -30)).sum(1)
    mean: Array = (each * batch.weight).sum() / batch.weight.sum()
    return mean


def _vectors(p: Parameters, texts: Texts) -> tuple[Array, Array, Array]:
    """A unit vector for each text and for each of its tokens, and which tokens are words."""
    x = texts.hidden
    bias = (1 - texts.mask)[:, None, None, :] * MASKED
    for number in range(LOWER, LAYERS):
        x = _layer(p[f"layer.{number}"], x, bias)
    whole = (x * texts.mask[..., None]).sum(1)
    return _unit(whole), _unit(x), texts.words


def _likeness(p: Parameters, question: tuple[Array, Array, Array], texts: tuple[Array, Array, Array]) -> Array:
    """Cosine of the wholes, and the mean over the question's words of the best cosine to a word of the text."""
    near = jnp.einsum("bih,njh->bnij", question[1], texts[1])
    best = jnp.where(texts[2][None, :, None, :] > 0, near, -1.0).max(-1) * question[2][:, None, :]
    likeness: Array = p["cosine"] * (question[0] @ texts[0].T) + p["late"] * best.sum(-1) / question[2].sum(-1)[:, None]
    return likeness


def _layer(p: Parameters, x: Array, bias: Array) -> Array:
    """One post-norm transformer layer (Devlin et al., 2019)."""
    dense = partial(_dense, p)
    batch, length, _ = x.shape

    def heads(name: str) -> Array:
        apart = dense(f"attention.self.{name}", x).reshape(batch, length, HEADS, HIDDEN // HEADS)
        return jnp.transpose(apart, (0, 2, 1, 3))

    query, key, value = (heads(name) for name in ("query", "key", "value"))
    shares = jax.nn.softmax(query @ key.transpose(0, 1, 3, 2) * (HIDDEN // HEADS) ** -0.5 + bias, -1)
    context = (shares @ value).transpose(0, 2, 1, 3).reshape(batch, length, HIDDEN)
    x = _normal(p, "attention.output.LayerNorm", x + dense("attention.output.dense", context))
    inner = jax.nn.gelu(dense("intermediate.dense", x), approximate=False)
    return _normal(p, "output.LayerNorm", x + dense("output.dense", inner))


def _dense(p: Parameters, name: str, x: Array) -> Array:
    result: Array = x @ p[f"{name}.weight"].T + p[f"{name}.bias"]
    return result


def _normal(p: Parameters, name: str, x: Array) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    spread = jnp.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
    result: Array = centred / spread * p[f"{name}.weight"] + p[f"{name}.bias"]
    return result


def _unit(x: Array) -> Array:
    unit: Array = x / jnp.linalg.norm(x, axis=-1, keepdims=True)
    return unit
