"""Tests on a Ray cluster run only when they are asked for."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Ray starts slowly and is an optional extra: `make test-ray` says `-m ray`."""
    if "ray" in (config.option.markexpr or ""):
        return
    for item in items:
        if item.get_closest_marker("ray"):
            item.add_marker(pytest.mark.skip(reason="needs a Ray cluster: make test-ray"))
