"""A callback server on a real socket, with an office whose spool lies in a folder of the test."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.callbacks.guard import Guard
from app.callbacks.office import PostOffice
from app.callbacks.server import CallbackServer
from app.callbacks.spool import Spool

KEY = bytes(range(32))
LARGEST = 16 * 1024 * 1024


def make_office(folder: Path) -> PostOffice:
    office = PostOffice(Spool(folder, KEY), Guard())
    office.admit("127.0.0.1")
    return office


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "posts"


@pytest.fixture
def office(folder: Path) -> PostOffice:
    return make_office(folder)


@pytest.fixture
def server(office: PostOffice) -> Iterator[CallbackServer]:
    server = CallbackServer(office, "127.0.0.1", 0, "api/notifications", max_body=LARGEST)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def terminal(server: CallbackServer) -> Iterator[httpx.Client]:
    base = f"http://127.0.0.1:{server.port}"
    with httpx.Client(base_url=base, timeout=10, trust_env=False, verify=False) as client:
        yield client
