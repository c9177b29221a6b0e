"""A quick simulated terminal on a real socket, and a client signed in to it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from app.devices.base import Worker
from app.devices.controlid.access import Access
from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.transport import Transport, Trust
from app.simulators.controlid import ControlIdTerminal, Make


@pytest.fixture
def terminal() -> Iterator[ControlIdTerminal]:
    with ControlIdTerminal(Make(speed=200, patience_seconds=4000)) as terminal:
        yield terminal


@pytest_asyncio.fixture
async def client(terminal: ControlIdTerminal) -> AsyncIterator[ControlIdClient]:
    worker = Worker("controlid-test")
    transport = Transport(terminal.base_url, "desk-1", worker, Trust(), 5.0)
    await transport.open()
    try:
        yield ControlIdClient(Access(transport, "admin", "admin"))
    finally:
        await transport.close()
        await worker.stop()
