"""Tunes the encoder's last two layers for the facts agent, on everything and on each half: `python -m evals.facts.tune`."""

import hashlib
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax

from agents.encoder import bert, build, safetensors
from agents.encoder.encoder import LOWER_LAYER, WEIGHTS, Files, network
from agents.facts.top import TOP, Top, TopRecord
from evals.facts.batches import States, batches, numpy_tree, texts_of
from evals.facts.fit import sources
from evals.facts.layers import EPSILON, HEADS, HIDDEN, LAYERS, LOWER, SCALARS, loss, start
from evals.facts.training import Source
from evals.facts.unseen import FOLD_TOPS

EPOCHS, RATE, SCALAR_RATE, DECAY, SEED = 2, 1e-4, 3e-2, 0.01, 0
HALVES = 2
OUR_CHANGES = f"""
{Top.MODEL} holds the last {LAYERS - LOWER} layers of these weights, tuned by interview-loop on questions about fact sheets and
quantised to int8; {Top.RECORD} says on which, and evals/facts/tune.py repeats the work.
"""


def main() -> None:
    """Tune on all sources for the product, and without each half of them for fitting and measuring what stands on top."""
    everything = sources()
    states = hidden_states(sorted(set[str]().union(*map(texts_of, everything))))
    with tempfile.TemporaryDirectory() as folder:
        tensors = safetensors.parse(build.inputs(Path(folder))["model.safetensors"])
    for number in range(HALVES):
        kept = [source for place, source in enumerate(everything) if place % HALVES != number]
        write(tune(kept, states, tensors), kept, FOLD_TOPS / f"without-{number}")
    write(tune(everything, states, tensors), everything, TOP)
    _licence(TOP)


def hidden_states(texts: Sequence[str]) -> States:
    """What the packaged encoder holds of each text below the layers to tune."""
    below = network(Files(), 2)
    found = {}
    for number, text in enumerate(texts):
        found[text] = below.run(text, LOWER_LAYER)[1][0][0].astype(np.float16)
        if number % 1000 == 0:
            sys.stderr.write(f"read {number} of {len(texts)} texts\n")
    return found


def tune(own: Sequence[Source], states: States, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters after EPOCHS passes; deterministic on one machine."""
    rng = random.Random(SEED)
    steps = EPOCHS * sum(1 for _ in batches(own, states, random.Random(SEED)))
    parameters = start(tensors)
    optimiser = _optimiser(steps)
    memory = optimiser.init(parameters)

    def learn(p: Any, m: Any, batch: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(p, batch)
        change, m = optimiser.update(gradient, m, p)
        return optax.apply_updates(p, change), m, value

    step = jax.jit(learn)
    done = 0
    recent: list[float] = []
    for _ in range(EPOCHS):
        for batch in batches(own, states, rng):
            parameters, memory, value = step(parameters, memory, batch)
            done, recent = done + 1, [*recent[-49:], float(value)]
            if done % 50 == 0:
                sys.stderr.write(f"step {done} of {steps}: loss {np.mean(recent):.3f}\n")
    return dict(parameters)


def _optimiser(steps: int) -> Any:
    schedule = optax.warmup_cosine_decay_schedule(0, RATE, max(20, steps // 20), steps, RATE / 20)
    parts = {
        "weights": optax.adamw(schedule, weight_decay=DECAY),
        "scalars": optax.adam(lambda count: schedule(count) * SCALAR_RATE / RATE),
    }
    return optax.chain(optax.clip_by_global_norm(1.0), optax.multi_transform(parts, _parts_of))


def _parts_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: "scalars" if name in SCALARS else "weights" for name in parameters}


def write(parameters: Mapping[str, Any], own: Sequence[Source], folder: Path) -> None:
    """Write the tuned layers as int8 ONNX, and what they were tuned on."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = bert.Sizes(layers=LAYERS, hidden=HIDDEN, heads=HEADS, positions=0, epsilon=EPSILON)
    with tempfile.TemporaryDirectory() as temporary:
        full = Path(temporary) / "top.onnx"
        full.write_bytes(bert.build_top(numpy_tree(parameters), sizes, LOWER).SerializeToString(deterministic=True))
        build.quantise(full, folder / Top.MODEL)
    record = TopRecord(
        training_sha256=_digest(own),
        model_sha256=hashlib.sha256((folder / Top.MODEL).read_bytes()).hexdigest(),
        sources=tuple(source.name for source in own),
        **{name: round(float(parameters[name]), 5) for name in SCALARS},
    )
    text = json.dumps(record.model_dump(mode="json"), indent=1) + "\n"
    (folder / Top.RECORD).write_text(text, encoding="utf-8")


def _licence(folder: Path) -> None:
    """The checkpoint's licence and notice go with what was made of it."""
    shutil.copyfile(WEIGHTS / "LICENSE", folder / "LICENSE")
    (folder / "NOTICE").write_text((WEIGHTS / "NOTICE").read_text(encoding="utf-8") + OUR_CHANGES, encoding="utf-8")


def _digest(own: Sequence[Source]) -> str:
    return hashlib.sha256(repr([tuple(source) for source in own]).encode()).hexdigest()


if __name__ == "__main__":
    main()
