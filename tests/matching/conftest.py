"""Kernels are loaded once for all matching tests."""

import pytest

from app.matching.warmup import warm


@pytest.fixture(scope="session", autouse=True)
def warmed() -> None:
    warm()
