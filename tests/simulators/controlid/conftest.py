"""A quick terminal on a real socket, a client logged in to it, and a server for its posts."""

from collections.abc import Iterator

import httpx
import pytest

from app.simulators.controlid import ControlIdTerminal, Make
from tests.simulators.controlid.bench import Bench, Receiver


@pytest.fixture
def terminal() -> Iterator[ControlIdTerminal]:
    with ControlIdTerminal(Make(speed=200, patience_seconds=4000)) as terminal:
        yield terminal


@pytest.fixture
def bench(terminal: ControlIdTerminal) -> Iterator[Bench]:
    with httpx.Client(base_url=terminal.base_url, timeout=30, trust_env=False, verify=False) as client:
        bench = Bench(terminal, client)
        bench.login()
        yield bench


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
