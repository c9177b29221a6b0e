"""A station with a real store, two doors and a clock to turn."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.journeys.provisioning import Provisioning
from app.journeys.station import Station
from app.store import MemoryVault, Store, SystemKeyring
from tests.journeys.doors import Clock, Door, station_with


@dataclass
class Desk:
    """Everything at hand."""

    folder: Path
    vault: MemoryVault
    store: Store
    front: Door
    back: Door
    clock: Clock
    station: Station

    async def deliver(self) -> int:
        """One round of the delivery loop as after a restart of the station."""
        return await Provisioning(self.station).deliver_due()

    async def restart(self) -> None:
        """Close the store and open it again."""
        await self.store.close()
        self.store = await Store.open(self.folder, SystemKeyring(self.vault))
        self.station = station_with(self.store, (self.front, self.back), self.clock)


@pytest.fixture
def vault() -> MemoryVault:
    """The keyring that outlives the store."""
    return MemoryVault()


@pytest_asyncio.fixture
async def desk(tmp_path: Path, vault: MemoryVault) -> AsyncIterator[Desk]:
    """An open station with a front and a back door."""
    store = await Store.open(tmp_path / "store", SystemKeyring(vault))
    front, back, clock = Door("front"), Door("back", "S-2"), Clock()
    made = Desk(tmp_path / "store", vault, store, front, back, clock, station_with(store, (front, back), clock))
    yield made
    await made.store.close()
