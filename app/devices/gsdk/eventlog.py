"""A device's log: downloaded by range and filtered here, pictures beside it, and the live stream on a thread (11)."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from typing import Any

import grpc

from app.devices.gsdk.channel import fault_of
from app.devices.gsdk.events import Wanted
from app.devices.gsdk.line import LONG_S, Line
from app.domain.errors import StationError, Unreachable

BLOCK = 16_384
"""Events asked for at once; fewer coming back means that there are no more."""
PICTURES_AT_ONCE = 32
LIVE_QUEUE = 256
"""When it is full the gateway drops events silently; they are in the log all the same."""
PATIENCE_S = 3.0


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

    async def live(self) -> AsyncIterator[Any]:
        """Events as they happen, until the iteration is left. Raises Unreachable and the like when the stream ends."""
        api = self._api
        request = api.EnableMonitoringRequest(deviceID=self._number)
        await self._line.ask("monitoring", api.EnableMonitoring, request, changes=True)
        asked = api.SubscribeRealtimeLogRequest(queueSize=LIVE_QUEUE, deviceIDs=[self._number])
        async for event in streamed(self._line.stream(api.SubscribeRealtimeLog, asked), "gsdk-live"):
            yield event

    async def _block(self, start: int) -> list[Any]:
        api = self._api
        request = api.GetLogRequest(deviceID=self._number, startEventID=start, maxNumOfLog=BLOCK)
        reply = await self._line.ask("events", api.GetLog, request, timeout_s=LONG_S)
        return await asyncio.to_thread(list, reply.events)


async def streamed(call: Any, thread_name: str) -> AsyncIterator[Any]:
    """What a gRPC stream brings, read on a thread of its own; leaving the iteration cancels the stream.

    A stream has no end of its own: Unreachable when the gateway ends it all the same.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Any] = asyncio.Queue()

    def put(item: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be gone first
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def read() -> None:
        try:
            for each in call:
                put(each)
            put(Unreachable(step="stream", reason="ended"))
        except grpc.RpcError as error:
            put(fault_of(error, step="stream"))

    thread = threading.Thread(target=read, name=thread_name, daemon=True)
    thread.start()
    try:
        while True:
            item = await queue.get()
            if isinstance(item, StationError):
                raise item
            yield item
    finally:
        call.cancel()
        await asyncio.to_thread(thread.join, PATIENCE_S)


def _chosen(block: list[Any], last: int, wanted: Wanted | None) -> list[Any]:
    """On a thread: a full block takes 40 ms."""
    return [each for each in block if (not last or last >= each.ID) and _fits(each, wanted)]


def _fits(event: Any, wanted: Wanted | None) -> bool:
    return wanted is None or wanted.fits(event.userID, event.timestamp, event.eventCode | event.subCode)
