"""A quick terminal on a real socket, and a client that holds its lock."""

from collections.abc import Iterator

import httpx
import pytest

from app.simulators.ef45 import Ef45Terminal, Make
from tests.simulators.ef45.bench import Bench


@pytest.fixture
def terminal() -> Iterator[Ef45Terminal]:
    with Ef45Terminal(Make(speed=200, preview_size=(640, 360))) as terminal:
        yield terminal


@pytest.fixture
def unlocked(terminal: Ef45Terminal) -> Iterator[Bench]:
    with httpx.Client(base_url=terminal.base_url, timeout=10, trust_env=False, verify=False) as client:
        yield Bench(terminal, client)


@pytest.fixture
def bench(unlocked: Bench) -> Bench:
    unlocked.lock()
    return unlocked
