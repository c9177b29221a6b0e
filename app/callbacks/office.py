"""What becomes of a post: stored before it is answered, read afterwards, handed to the one job it belongs to.

accept   on a callbacks thread, before the answer: known sender's result for an open job goes to disk, once
sort     on a callbacks thread, after the answer: decode, find the job, hand over or forget
expect   on the main loop: a driver opens a job and takes parcels from it
"""

import asyncio
import hashlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app import logs
from app.callbacks.guard import Guard
from app.callbacks.spool import Spool
from app.devices.controlid.codec import EnrollResult
from app.devices.controlid.push import Job, Place, Post, read_push, sender_number
from app.domain.errors import StationError

LOG = logging.getLogger(__name__)

REMEMBERED = 256
KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Taken:
    """A result on disk: the Parcel a driver gets."""

    name: str
    result: EnrollResult = field(repr=False)
    forget: Callable[[str], None] = field(repr=False)
    left: bool = False
    """An earlier try left it."""

    async def settle(self) -> None:
        """Forget the file; a disk that refuses loses nothing, the next start clears it."""
        with suppress(OSError):
            await asyncio.to_thread(self.forget, self.name)


class OpenJob:
    """One job, and the results that came for it."""

    def __init__(self, job: Job, office: "PostOffice") -> None:
        self.job = job
        self._office = office
        self._loop = asyncio.get_running_loop()
        self._came: asyncio.Queue[Taken] = asyncio.Queue()
        self._open: list[Taken] = []

    async def next(self, limit_s: float) -> Taken | None:
        """The next result; None when none came in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                taken = await self._came.get()
                self._open.append(taken)
                return taken
        return None

    @property
    def waiting(self) -> int:
        """How many results lie here that nobody took yet."""
        return self._came.qsize()

    async def close(self, *, keep: bool = False) -> None:
        """End the job; what is not settled is forgotten unless `keep`."""
        self._office.ended(self)
        while not self._came.empty():
            self._open.append(self._came.get_nowait())
        for taken in self._open:
            if keep:
                self._office.leave(taken.name)
            else:
                await taken.settle()

    def take(self, taken: Taken) -> None:
        """Another result, on the job's loop."""
        self._came.put_nowait(taken)

    def offer(self, taken: Taken) -> None:
        """The same from any thread."""
        with suppress(RuntimeError):  # the loop is gone; what lies on disk is found at the next start
            self._loop.call_soon_threadsafe(self.take, taken)


class PostOffice:
    """Jobs, posts and heartbeats. `place` is set while the server listens."""

    def __init__(self, spool: Spool, guard: Guard) -> None:
        self.guard = guard
        self.place: Place | None = None
        self._spool = spool
        self._gate = threading.Lock()
        self._jobs: list[OpenJob] = []
        self._seen: deque[bytes] = deque(maxlen=REMEMBERED)
        self._left: set[str] = set()
        self._heard: dict[int | str, datetime] = {}

    # the main loop

    def admit(self, address: str) -> None:
        """Listen to this terminal's address."""
        self.guard.admit(address)

    async def expect(self, job: Job) -> OpenJob:
        """Open a job; a result of the very same one that an earlier run left comes first."""
        opened = OpenJob(job, self)
        with self._gate:
            self._jobs.append(opened)
            left = tuple(self._left)
        for name in left:
            taken = await asyncio.to_thread(self._fitting, name, job)
            if taken is not None:
                with self._gate:
                    self._left.discard(name)
                opened.take(taken)
        return opened

    def last_heard(self, number: int, host: str) -> datetime | None:
        """When a terminal last reached us, by its number or where it does not say that by its address."""
        return self._heard.get(number) or self._heard.get(host)

    def ended(self, opened: OpenJob) -> None:
        """A job takes nothing more."""
        with self._gate:
            self._jobs = [each for each in self._jobs if each is not opened]

    def leave(self, name: str) -> None:
        """Keep a file for a later job of the same kind."""
        with self._gate:
            self._left.add(name)

    # threads of the server

    def wake(self) -> None:
        """Look at what an earlier run left; what is older than an hour, or cannot be read, goes."""
        for name in list(self._spool.names()):
            post = self._spool.read(name)
            if post is None or datetime.now(UTC) - post.at > KEPT_FOR:
                self._spool.forget(name)
            else:
                self.leave(name)

    def heard(self, post: Post) -> None:
        """A sign of life."""
        number = sender_number(post)
        self._heard[post.peer if number is None else number] = post.at

    def accept(self, post: Post) -> str:
        """Store a result that may be awaited; its name, empty when nobody waits for any such.

        OSError when it could not be stored: it must then not be acknowledged.
        """
        with self._gate:
            awaited = tuple(each.job.key for each in self._jobs if each.job.kind is post.kind)
        if not awaited:
            logs.event(LOG, "callback-not-attached", reason="not-awaited")
            return ""
        return self._spool.put(replace(post, awaited=awaited))

    def sort(self, name: str, post: Post) -> None:
        """Read a stored result and hand it to its job; what nobody waits for is forgotten."""
        try:
            result = read_push(post)
        except StationError as error:
            logs.event(LOG, "callback-garbage", logging.WARNING, error=error)
            self._spool.forget(name)
            return
        self._heard[post.peer if result.device_id is None else result.device_id] = post.at
        with self._gate:
            opened = next((each for each in self._jobs if each.job.fits(result, post.peer)), None)
        if opened is None:
            logs.event(LOG, "callback-not-attached", reason="foreign")
            self._spool.forget(name)
            return
        if self._seen_before(opened, result):
            logs.event(LOG, "callback-not-attached", reason="seen-before")
            self._spool.forget(name)
            return
        opened.offer(Taken(name, result, self._spool.forget))

    def _seen_before(self, opened: OpenJob, result: EnrollResult) -> bool:
        """Whether this very content came already, by either way. A finger's never repeats to the bit, and must not be
        taken for the next finger; a face or a card may come again, so they count as seen within their job only."""
        images = (each.image for each in result.prints)
        parts = (result.kind.encode(), result.face, *result.templates, *images, str(result.card).encode())
        whole = hashlib.sha256(b"\0".join(parts))
        if not (result.prints or result.templates):
            whole.update(str(id(opened)).encode())
        with self._gate:
            known = whole.digest() in self._seen
            self._seen.append(whole.digest())
        return known

    def _fitting(self, name: str, job: Job) -> Taken | None:
        post = self._spool.read(name)
        if post is None or post.kind is not job.kind or job.key not in post.awaited:
            return None
        try:
            result = read_push(post)
        except StationError:
            return None
        named = result.user_id == job.user_id  # without a user it could be anybody's
        return Taken(name, result, self._spool.forget, left=True) if named and job.fits(result, post.peer) else None
