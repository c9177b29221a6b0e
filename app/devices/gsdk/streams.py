"""A gateway's streams on the event loop: read on a thread of their own, begun anew after every break."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc

from app.devices.gsdk.channel import fault_of
from app.devices.gsdk.line import Line
from app.domain.errors import StationError, Unreachable, WrongCredential

PATIENCE_S = 3.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0


@dataclass(frozen=True)
class Break:
    """The stream ended; it is begun anew after a while."""

    error: StationError


async def kept_up(line: Line, begin: Callable[[], Awaitable[Any]], thread_name: str) -> AsyncGenerator[Any, None]:
    """What a stream brings, with a Break wherever it was begun anew, until the iteration is left.

    `begin` gives the call. Raises what it raises the first time: who was never there is told at once.
    """
    wait, begun = FIRST_WAIT_S, False
    error: StationError | None = None
    while True:
        try:
            await line.sign_in_again(error)
            call, begun = await begin(), True
            async with contextlib.aclosing(streamed(call, thread_name)) as told:
                async for item in told:
                    wait = FIRST_WAIT_S
                    yield item
        except (Unreachable, WrongCredential) as broken:
            if not begun:
                raise
            error = broken
        assert error is not None, "a stream ends by an error only"
        yield Break(error)
        await asyncio.sleep(wait)
        wait = min(LONGEST_WAIT_S, 2 * wait)


async def streamed(call: Any, thread_name: str) -> AsyncGenerator[Any, None]:
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
