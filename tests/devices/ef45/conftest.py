"""A client talking to a scripted peer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio

from app.devices.base import Worker
from app.devices.ef45.client import Dialect, Ef45Client
from app.devices.ef45.transport import Transport, base_url
from tests.devices.ef45.scripted import LOCK, Scripted


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
