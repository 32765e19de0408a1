import hashlib
import json
import re

import pytest

from agents.encoder.encoder import MODEL_FILE, PROVENANCE_FILE, WEIGHTS

PROVENANCE = json.loads((WEIGHTS / PROVENANCE_FILE).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(PROVENANCE["outputs_sha256"]))
def test_each_file_is_the_one_that_the_build_wrote(name: str) -> None:
    assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == PROVENANCE["outputs_sha256"][name]


def test_the_weights_come_with_their_licence_and_with_what_was_changed() -> None:
    assert "Apache License" in (WEIGHTS / "LICENSE").read_text(encoding="utf-8")
    notice = (WEIGHTS / "NOTICE").read_text(encoding="utf-8")
    assert "sentence-transformers/all-MiniLM-L6-v2" in notice
    assert "Changes made by interview-loop" in notice


def test_the_provenance_names_packages_and_no_machine() -> None:
    text = json.dumps(PROVENANCE)
    assert not re.search(r"https?:|file:|/(?:home|root|tmp|work|opt)/", text)
    assert PROVENANCE["inputs_sha256"]["model.safetensors"].startswith("53aa51172d14")


def test_the_model_is_small_enough_to_ship() -> None:
    assert (WEIGHTS / MODEL_FILE).stat().st_size < 24_000_000
