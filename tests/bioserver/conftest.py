"""A scripted server, and a client of it whose pauses are written down instead of waited for."""

import ssl
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from app.bioserver.client import BioServerClient
from app.bioserver.transport import Access, Transport
from tests.bioserver.scripted import Scripted

API_KEY = "key-of-this-test"
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Reading the system's certificates for each test would take longer than the test."""


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    with scripted.serving:
        yield scripted


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest_asyncio.fixture
async def client(server: Scripted, pauses: list[float]) -> AsyncIterator[BioServerClient]:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    made = BioServerClient(Transport(Access(server.url, API_KEY, timeout_s=5), CONTEXT, pause))
    yield made
    await made.close()
