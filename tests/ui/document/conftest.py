"""The simulated service for one test, and the page over it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.simulators.bioserver import BioServer
from app.simulators.people import FacePose
from tests.devices.camera.recordings import record
from tests.ui.conftest import Desk
from tests.ui.document.bench import Behind, Bench, bench


@pytest.fixture
def server() -> Iterator[BioServer]:
    with BioServer() as running:
        yield running


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A camera somebody looks into."""
    return record(tmp_path / "desk.avi", FacePose())


@pytest_asyncio.fixture
async def at(desk: Desk, server: BioServer, behind: Behind) -> AsyncIterator[Bench]:
    async with bench(desk, server, behind) as made:
        yield made
