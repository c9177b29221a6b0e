"""The store's own thread: it alone holds the database, and does one piece of work after the other."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Concatenate, ParamSpec, TypeVar

from app import logs
from app.domain.errors import StoreError
from app.store.database import THREAD_NAME, Database
from app.store.errors import translate, translated

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[Database], None]

WAITING_AT_MOST = 256
FULL_WAIT_S = 30.0
CLOSE_WAIT_S = 10.0
_LOOK_AGAIN_S = 0.01

LOG = logging.getLogger(__name__)


class StoreThread:
    """Runs functions of a Database, in order; may be used from any event loop.

    Work whose waiter was cancelled before it began is dropped; once begun it is finished. At most 256 pieces wait:
    the next caller waits for room, and gives up after 30 s with StoreError.
    """

    def __init__(self, opener: Callable[[], Database]) -> None:
        self._opener = opener
        self._work: queue.Queue[Work | None] = queue.Queue()
        self._opened: Future[None] = Future()
        self._ended: Future[None] = Future()
        self._closing = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._main, name=THREAD_NAME, daemon=True)

    async def open(self) -> None:
        """Start the thread and open the database on it; raises what opening raised."""
        self._thread.start()
        try:
            await asyncio.shield(asyncio.wrap_future(self._opened))
        except BaseException:
            with self._gate:
                self._closing = True
                self._work.put(None)
            raise

    async def run(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work(database, ...)` on the thread and wait for its result."""
        future: Future[T] = Future()

        def piece(database: Database) -> None:
            if future.set_running_or_notify_cancel():
                _finish(future, lambda: work(database, *args, **kwargs))

        await self._put(piece)
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Finish what was asked for, close the database, end the thread; bounded, never raises, twice is fine."""
        with self._gate:
            if not self._closing:
                self._closing = True
                self._work.put(None)
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._ended)), CLOSE_WAIT_S)
            self._thread.join(timeout=1)
        except TimeoutError:
            logs.event(LOG, "store-close-late", logging.ERROR)

    async def _put(self, piece: Work) -> None:
        try:
            async with asyncio.timeout(FULL_WAIT_S):
                while not self._put_now(piece):  # noqa: ASYNC110 (room is made on another thread, seldom waited for)
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            raise StoreError(reason="overloaded", waiting=WAITING_AT_MOST) from None

    def _put_now(self, piece: Work) -> bool:
        """Under the gate, so that nothing comes behind the end."""
        with self._gate:
            if self._closing:
                raise StoreError(reason="closed")
            if self._work.qsize() >= WAITING_AT_MOST:
                return False
            self._work.put(piece)
        return True

    def _main(self) -> None:
        try:
            with translated():
                database = self._opener()
        except BaseException as error:
            self._opened.set_exception(error)
        else:
            self._opened.set_result(None)
            self._serve(database)
        self._ended.set_result(None)

    def _serve(self, database: Database) -> None:
        while (piece := self._work.get()) is not None:
            piece(database)
        try:
            database.close()
        except Exception as error:
            logs.event(LOG, "store-close-failed", logging.WARNING, error=translate(error))


def _finish(future: Future[T], work: Callable[[], T]) -> None:
    try:
        with translated():
            result = work()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
