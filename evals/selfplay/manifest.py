"""The manifest: everything needed to make the same records again, and the refusal to mix two settings in one run folder."""

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import agents
import graphs
import scenarios
from agents.candidate import find_profile, load_material
from agents.encoder import fingerprint
from agents.record import RoleStamp
from evals.selfplay.plan import Plan
from evals.selfplay.shard import Job
from scenarios.model import Model

FILE = "manifest.json"
LIBRARIES = ("langgraph", "langchain-core", "langchain-openai", "numpy", "onnxruntime", "pydantic", "tokenizers")
SOURCES = {package.__name__: Path(package.__path__[0]) for package in (scenarios, agents, graphs)} | {
    "selfplay": Path(__file__).parent
}
SUFFIXES = {".py", ".yaml", ".md", ".json", ".onnx"}


class RunError(ValueError):
    """A run folder that can't be used; the message says why and what to do."""


class Manifest(Model):
    """What the records of a run follow from; holds no time, path or number of workers, since none of them matters."""

    schema_version: Literal[1] = 1
    seed: int
    episodes: int
    settings: dict[str, Any]
    scenarios: dict[str, str]
    profiles: dict[str, str]
    material: dict[str, str]
    cast: str
    candidate: RoleStamp
    encoder: str
    code: str
    versions: dict[str, str]


def manifest_of(plan: Plan, job: Job) -> Manifest:
    """The manifest of `plan` as it would be run here and now."""
    ids = sorted(seat.stamp.id for seat in plan.seats)
    return Manifest(
        seed=plan.seed,
        episodes=plan.episodes,
        settings=plan.settings.model_dump(mode="json"),
        scenarios={seat.stamp.id: seat.stamp.sha256 for seat in sorted(plan.seats, key=lambda seat: seat.stamp.id)},
        profiles={name: _digest(find_profile(name)) for name in sorted(set(plan.profiles))},
        material={name: _digest(load_material(name)) for name in ids},
        cast=f"{job.make_cast.__module__}.{job.make_cast.__qualname__}",
        candidate=job.candidate_stamp,
        encoder=fingerprint(),
        code=code_digest(),
        versions=dict(_versions()),
    )


def claim(folder: Path, manifest: Manifest) -> None:
    """Make `folder` the run folder of `manifest`, or check that it already is; raises RunError showing what differs."""
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _refuse_changes(path, manifest)
            return
        if any(folder.iterdir()):
            raise RunError(f"{folder} is not empty and holds no {FILE}: choose another folder")
        path.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise RunError(f"can't write to {folder}: {error.strerror}: choose another folder") from None


def differences(old: Manifest, new: Manifest) -> tuple[str, ...]:
    """One line for each value that differs: where, what it was, what it is."""
    before, after = dict(_flat(old.model_dump(mode="json"))), dict(_flat(new.model_dump(mode="json")))
    names = sorted(before.keys() | after.keys())
    return tuple(
        f"{name}: {before.get(name, 'absent')} -> {after.get(name, 'absent')}"
        for name in names
        if before.get(name) != after.get(name)
    )


@cache
def code_digest() -> str:
    """Hash of our own files that an interview runs on, whether or not git knows them; as they were when first asked for."""
    digest = hashlib.sha256()
    for name, root in SOURCES.items():
        for file in sorted(path for path in root.rglob("*") if path.suffix in SUFFIXES and "__pycache__" not in path.parts):
            digest.update(f"{name}/{file.relative_to(root).as_posix()}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _refuse_changes(path: Path, manifest: Manifest) -> None:
    try:
        old = Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except ValueError:
        raise RunError(f"{path}: not a readable manifest: choose another folder") from None
    changed = differences(old, manifest)
    if changed:
        lines = "\n  ".join(changed)
        raise RunError(f"{path.parent} was started with other settings; go back to them, or choose another folder:\n  {lines}")


def _versions() -> Iterator[tuple[str, str]]:
    yield "python", platform.python_version()
    for name in ("interview-loop", *LIBRARIES):
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed"


def _digest(model: Model) -> str:
    return hashlib.sha256(model.model_dump_json().encode()).hexdigest()


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    else:
        yield name, value
