"""A device's log: downloaded by range and filtered here, pictures beside it, and the live stream (facts 11)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from app.devices.gsdk.events import Wanted
from app.devices.gsdk.line import LONG_S, Line

BLOCK = 16_384
"""Events asked for at once; fewer coming back means that there are no more."""
PICTURES_AT_ONCE = 32
LIVE_QUEUE = 256
"""When it is full the gateway drops events silently; they are in the log all the same."""


class EventLog:
    """The log of one device."""

    def __init__(self, line: Line, number: int) -> None:
        self._line = line
        self._api = line.api.event
        self._number = number

    async def between(self, first: int, last: int = 0, wanted: Wanted | None = None, limit: int = 0) -> list[Any]:
        """Events with identifiers from `first` to `last` (0: the newest) that fit, oldest first.

        `first` 0 begins with the oldest there is. With a `limit` the newest that fit are given.
        """
        found: list[Any] = []
        start = first
        while True:
            block = await self._block(start)
            found += [each for each in block if (not last or last >= each.ID) and _fits(each, wanted)]
            found = found[-limit:] if limit else found
            if len(block) < BLOCK or (last and last <= block[-1].ID):
                return found
            start = block[-1].ID + 1

    async def pictures(self, first: int, last: int = 0) -> AsyncIterator[Any]:
        """Image logs with identifiers from `first` to `last`, oldest first, a few per call: they are large."""
        start = first
        while True:
            api = self._api
            request = api.GetImageLogRequest(deviceID=self._number, startEventID=start, maxNumOfLog=PICTURES_AT_ONCE)
            block = list((await self._line.ask("pictures", api.GetImageLog, request, timeout_s=LONG_S)).imageEvents)
            for each in block:
                if not last or last >= each.ID:
                    yield each
            if len(block) < PICTURES_AT_ONCE or (last and last <= block[-1].ID):
                return
            start = block[-1].ID + 1

    async def live(self) -> Any:
        """The call that brings events as they happen; the device is told to send them first."""
        api = self._api
        request = api.EnableMonitoringRequest(deviceID=self._number)
        await self._line.ask("monitoring", api.EnableMonitoring, request, changes=True)
        asked = api.SubscribeRealtimeLogRequest(queueSize=LIVE_QUEUE, deviceIDs=[self._number])
        return self._line.stream(api.SubscribeRealtimeLog, asked)

    async def _block(self, start: int) -> list[Any]:
        api = self._api
        request = api.GetLogRequest(deviceID=self._number, startEventID=start, maxNumOfLog=BLOCK)
        reply = await self._line.ask("events", api.GetLog, request, timeout_s=LONG_S)
        return await asyncio.to_thread(list, reply.events)


def _chosen(block: list[Any], last: int, wanted: Wanted | None) -> list[Any]:
    """On a thread: a full block takes 40 ms."""
    return [each for each in block if (not last or last >= each.ID) and _fits(each, wanted)]


def _fits(event: Any, wanted: Wanted | None) -> bool:
    return wanted is None or wanted.fits(event.userID, event.timestamp, event.eventCode | event.subCode)
