"""Who uses a device right now: opened for the first user, closed after the last, one action at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.device import Device


class Leases:
    """Shares devices between an enrollment, the deliveries and the console. Main loop only."""

    def __init__(self) -> None:
        self._users: dict[str, int] = {}
        self._doors: dict[str, asyncio.Lock] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def use(self, device: Device, *, take_over: bool = False) -> AsyncIterator[Device]:
        """The device, open, for as long as the block runs. Raises what `open` raises."""
        door = self._doors.setdefault(device.device_id, asyncio.Lock())
        async with door:
            await device.open(take_over=take_over)
            self._users[device.device_id] = self._users.get(device.device_id, 0) + 1
        try:
            yield device
        finally:
            await asyncio.shield(self._leave(device, door))

    @asynccontextmanager
    async def turn(self, device: Device) -> AsyncIterator[None]:
        """Exclusive time on an open device, waited for in order."""
        async with self._turns.setdefault(device.device_id, asyncio.Lock()):
            yield

    async def _leave(self, device: Device, door: asyncio.Lock) -> None:
        async with door:
            self._users[device.device_id] -= 1
            if self._users[device.device_id] == 0:
                await device.close()
