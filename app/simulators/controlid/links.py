"""The terminal's own calls to a server: two links, Monitor and online, each with a thread, a queue and a heartbeat."""

import heapq
import http.client
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from app.simulators.controlid.settings import Mischief
from app.simulators.faults import FaultScript

CHUNK: Final = 16_384
MOST_ANSWER: Final = 65_536
REMEMBERED: Final = 5_000
_IDLE_SECONDS = 3600.0


@dataclass(frozen=True)
class Target:
    """Where a link sends to; `path` before the topic, without a slash at its ends. Seconds."""

    host: str
    port: int
    path: str
    timeout: float
    beat_seconds: float


@dataclass(frozen=True)
class Post:
    """One call: `topic` is the last segment of the path. `content_type` None leaves the header out."""

    topic: str
    body: bytes = field(repr=False)
    content_type: str | None = "application/json"
    query: str = ""
    chunked: bool = False


@dataclass(frozen=True)
class Delivery:
    """What became of a post; `status` 0 means no answer, `withheld` that it was never tried."""

    link: str
    topic: str
    url: str = ""
    status: int = 0
    withheld: str = ""
    answer: bytes = field(default=b"", repr=False)
    at: float = 0.0


class DeliveryLog:
    """Deliveries in their order, the last `REMEMBERED` of them; thread-safe."""

    def __init__(self) -> None:
        self._all: list[Delivery] = []
        self._gate = threading.Lock()

    def add(self, delivery: Delivery) -> None:
        with self._gate:
            self._all = [*self._all[1 - REMEMBERED :], delivery]

    def all(self) -> tuple[Delivery, ...]:
        with self._gate:
            return tuple(self._all)


class Link:
    """One way to a server, in a thread of its own. `target` gives None while nothing is configured."""

    def __init__(
        self,
        name: str,
        target: Callable[[], Target | None],
        beat: Callable[[], Post | None],
        faults: FaultScript,
        log: DeliveryLog,
    ) -> None:
        self.name = name
        self.attempts = 1
        self._target = target
        self._beat = beat
        self._faults = faults
        self._log = log
        self._queue: list[tuple[float, int, Post]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._last_beat = time.monotonic()

    def start(self) -> None:
        with self._changed:
            if self._thread is not None:
                return
            self._stopping = False
            self._last_beat = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=f"controlid-{self.name}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; what is queued is lost, as without power."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._stopping = True
            self._queue.clear()
            self._changed.notify_all()
            self._hang_up()
        if thread is not None:
            thread.join()

    def kick(self) -> None:
        """The configuration changed: look at it again now."""
        with self._changed:
            self._changed.notify_all()

    def send(self, post: Post, delay: float = 0.0) -> None:
        """Queue a post, to leave after `delay` seconds; faults are asked about now."""
        struck = {fault.kind: fault for fault in self._faults.take(f"post {post.topic}")}
        if Mischief.LOST in struck:
            self._log.add(Delivery(self.name, post.topic, withheld="lost", at=time.monotonic()))
            return
        if Mischief.DELAYED in struck:
            delay += struck[Mischief.DELAYED].delay
        with self._changed:
            for _ in range(2 if Mischief.DUPLICATE in struck else 1):
                heapq.heappush(self._queue, (time.monotonic() + delay, next(self._numbers), post))
            self._changed.notify_all()

    def withholds(self) -> str:
        """Why nothing but heartbeats is sent now; empty: everything is."""
        return ""

    def settled(self, post: Post, *, answered: bool) -> None:
        """A post was tried; `answered` with a 2xx. For links that draw conclusions."""

    def _run(self) -> None:
        while (post := self._next()) is not None:
            self._deliver(post)

    def _next(self) -> Post | None:
        """The next post that is due, or a heartbeat; None at the end."""
        with self._changed:
            while not self._stopping:
                now, target = time.monotonic(), self._target()
                if self._queue and self._queue[0][0] <= now:
                    return heapq.heappop(self._queue)[2]
                beat_at = self._last_beat + (target.beat_seconds if target else _IDLE_SECONDS)
                if target and beat_at <= now:
                    self._last_beat = now
                    if (beat := self._beat()) is not None:
                        return beat
                    continue
                self._changed.wait(max(0.0, min([beat_at, *(entry[0] for entry in self._queue[:1])]) - now))
            return None

    def _deliver(self, post: Post) -> None:
        target, withheld = self._target(), self.withholds()
        if target is None or (withheld and not post.topic.startswith("device_is_alive")):
            reason = withheld or "not configured"
            self._log.add(Delivery(self.name, post.topic, withheld=reason, at=time.monotonic()))
            return
        for _ in range(self.attempts):
            delivery = self._try(post, target)
            self._log.add(delivery)
            if answered := 200 <= delivery.status < 300:
                break
        self.settled(post, answered=answered)

    def _try(self, post: Post, target: Target) -> Delivery:
        path = "/" + "/".join(filter(None, (target.path, post.topic))) + (f"?{post.query}" if post.query else "")
        url = f"http://{target.host}:{target.port}{path}"
        connection = http.client.HTTPConnection(target.host, target.port, timeout=target.timeout)
        try:
            with self._changed:
                if self._stopping:
                    return Delivery(self.name, post.topic, url, withheld="stopped", at=time.monotonic())
                self._connection = connection
            status, answer = _exchange(connection, path, post)
        except (OSError, http.client.HTTPException):
            status, answer = 0, b""
        finally:
            with self._changed:
                self._connection = None
            connection.close()
        return Delivery(self.name, post.topic, url, status, answer=answer, at=time.monotonic())

    def _hang_up(self) -> None:
        peer = self._connection.sock if self._connection is not None else None
        if isinstance(peer, socket.socket):
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)


class OnlineLink(Link):
    """The link to the access server. After some failures in a row the terminal decides alone (contingency) and sends
    nothing but `device_is_alive.fcgi` until that is answered. `limit` gives the failures, None for never."""

    def __init__(
        self,
        target: Callable[[], Target | None],
        beat: Callable[[], Post],
        faults: FaultScript,
        log: DeliveryLog,
        *,
        limit: Callable[[], int | None],
        announce: Callable[[], None],
    ) -> None:
        super().__init__("online", target, lambda: beat() if self.contingency else None, faults, log)
        self.contingency = False
        self._failures = 0
        self._limit = limit
        self._announce = announce

    def withholds(self) -> str:
        return "contingency" if self.contingency else ""

    def settled(self, post: Post, *, answered: bool) -> None:
        self._failures = 0 if answered else self._failures + 1
        limit = self._limit()
        was = self.contingency
        self.contingency = (was and not answered) or (limit is not None and self._failures >= limit)
        if self.contingency != was:
            self._announce()
            self.kick()


def _exchange(connection: http.client.HTTPConnection, path: str, post: Post) -> tuple[int, bytes]:
    headers = {"Connection": "close"}
    if post.content_type is not None:
        headers["Content-Type"] = post.content_type
    if post.chunked:
        headers["Transfer-Encoding"] = "chunked"
        connection.request("POST", path, _chunks(post.body), headers, encode_chunked=True)
    else:
        connection.request("POST", path, post.body, headers)
    response = connection.getresponse()
    return response.status, response.read(MOST_ANSWER)


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]
