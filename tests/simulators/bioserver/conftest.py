"""One server for all tests, clean again after each: its keys take longer to make than most tests last."""

from collections.abc import Iterator
from dataclasses import asdict

import httpx
import pytest

from app.simulators.bioserver import DEFAULT_KEY, BioServer, Variants
from tests.simulators.bioserver.bench import Bench


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[BioServer, httpx.Client]]:
    headers = {"apikey": DEFAULT_KEY}
    with (
        BioServer() as server,
        httpx.Client(base_url=server.base_url, headers=headers, timeout=30, trust_env=False, verify=False) as client,
    ):
        yield server, client


@pytest.fixture
def bench(_running: tuple[BioServer, httpx.Client]) -> Iterator[Bench]:
    server, client = _running
    yield Bench(server, client)
    server.faults.clear()
    server.vary(**asdict(Variants()))
    server.set_clock_error(0)
    server.set_working(True)
    server.forget_liveness()
    server.forget_requests()


@pytest.fixture
def server(bench: Bench) -> BioServer:
    return bench.server
