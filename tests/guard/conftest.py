"""The encoder and the library, once for all tests of the guard."""

import pytest

from agents.encoder import SentenceEncoder, packaged_encoder
from scenarios.loader import LIBRARY, library_ids, load
from scenarios.scenario import Scenario


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return packaged_encoder()


@pytest.fixture(scope="session")
def library() -> dict[str, Scenario]:
    return {name: load(LIBRARY / name) for name in library_ids(LIBRARY)}
