"""A client talking to a scripted peer; a driver talking to a simulated terminal."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.devices.base import Worker
from app.devices.ef45.client import Dialect, Ef45Client
from app.devices.ef45.driver import Ef45
from app.devices.ef45.transport import Transport, base_url
from app.simulators.ef45 import Ef45Terminal
from tests.devices.ef45.scripted import LOCK, Scripted
from tests.devices.ef45.terminals import ADA, opened, quick


@dataclass
class Line:
    """Both ends of one connection."""

    peer: Scripted
    client: Ef45Client
    transport: Transport

    def speaking(self, dialect: Dialect) -> Ef45Client:
        client = Ef45Client(self.transport, dialect)
        client.lock_uid = LOCK
        return client


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    async with Scripted() as peer:
        worker = Worker("ef45-test")
        transport = Transport(base_url(peer.address), "Desk terminal", worker)
        client = Ef45Client(transport)
        client.lock_uid = LOCK
        yield Line(peer, client, transport)
        await transport.close()
        await worker.stop()


@pytest.fixture
def terminal() -> Iterator[Ef45Terminal]:
    with Ef45Terminal(quick()) as simulator:
        yield simulator


@pytest.fixture
def recovery(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest_asyncio.fixture
async def device(terminal: Ef45Terminal, recovery: Path) -> AsyncIterator[Ef45]:
    """An open driver, a person in front of the terminal."""
    terminal.present(ADA)
    async with opened(terminal, recovery) as found:
        yield found
