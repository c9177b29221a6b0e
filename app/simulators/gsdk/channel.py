"""The one channel of server matching: requests to whoever subscribed, and what became of each."""

import itertools
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import grpc

from app.simulators.gsdk.wire import Refused

_REMEMBERED: Final = 50_000


@dataclass(frozen=True)
class Answer:
    """What came back. `code` is the ServerErrorCode, `user_id` the header's; times in seconds."""

    method: str
    device_id: int
    seq: int
    code: int
    user_id: str = ""
    zone_id: int = 0
    phrase: str = ""
    latency: float = 0.0
    user: Any = field(default=None, repr=False)


@dataclass
class Asked:
    """One request on its way. `answers` has one entry when all is well; `dropped`: the queue was full."""

    kind: str
    device_id: int
    seq: int
    sent_at: float
    dropped: bool = False
    answers: list[Answer] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event, repr=False)

    def wait(self, seconds: float) -> Answer | None:
        """The first answer, or None when none came in time."""
        self._done.wait(seconds)
        return self.answers[0] if self.answers else None


class Subscription:
    """One Subscribe call's stream of serialized requests."""

    def __init__(self, size: int) -> None:
        self._items: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._size = max(1, size)
        self.ended = False
        self.cut = False

    def put(self, item: bytes) -> bool:
        """Whether there was room."""
        if self.ended or self._items.qsize() >= self._size:
            return False
        self._items.put(item)
        return True

    def end(self, *, cut: bool = False) -> None:
        """No more items; `cut`: as a broken connection."""
        self.ended = True
        self.cut = cut
        self._items.put(None)

    def items(self) -> Iterator[bytes]:
        while (item := self._items.get()) is not None and not self.cut:
            yield item


class Channel:
    """Held by one subscriber at a time."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._changed = threading.Condition(self._gate)
        self._current: Subscription | None = None
        self._seq = itertools.count(1)
        self._asked: dict[tuple[int, int], Asked] = {}
        self._strays: list[Answer] = []
        self.subscriptions = 0

    # the subscriber

    def hold(self, size: int, *, take_over: bool) -> Subscription:
        """Become the subscriber; raises Refused while somebody else is, unless they are pushed out."""
        with self._changed:
            if self._current is not None:
                if not take_over:
                    raise Refused(grpc.StatusCode.ALREADY_EXISTS, "the channel is already subscribed")
                self._current.end()
            self._current = Subscription(size)
            self.subscriptions += 1
            self._changed.notify_all()
            return self._current

    def release(self) -> None:
        """Unsubscribe: whoever holds the channel, their stream ends."""
        with self._changed:
            if self._current is not None:
                self._current.end()
            self._current = None
            self._changed.notify_all()

    def gone(self, subscription: Subscription, *, frees: bool) -> None:
        """A stream broke."""
        with self._changed:
            subscription.ended = True
            if self._current is subscription and frees:
                self._current = None
            self._changed.notify_all()

    def cut(self) -> None:
        """Break the stream in the middle."""
        with self._changed:
            if self._current is not None:
                self._current.end(cut=True)

    def clear(self) -> None:
        """Forget what was asked and answered."""
        with self._gate:
            self._asked.clear()
            self._strays.clear()

    @property
    def held(self) -> bool:
        """Whether a live subscriber reads."""
        with self._gate:
            return self._current is not None and not self._current.ended

    def wait_held(self, seconds: float) -> bool:
        """Whether somebody subscribed in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._current is not None and not self._current.ended, seconds)

    # requests and answers

    def next_seq(self) -> int:
        return next(self._seq)

    def send(self, kind: str, device_id: int, seq: int, item: bytes) -> Asked:
        """Send one serialized request; it is dropped silently where nobody reads fast enough."""
        asked = Asked(kind, device_id, seq, time.monotonic())
        with self._gate:
            self._asked[device_id, seq] = asked
            if len(self._asked) > _REMEMBERED:
                self._asked.pop(next(iter(self._asked)))
            asked.dropped = self._current is None or not self._current.put(item)
        return asked

    def answer(self, answer: Answer) -> bool:
        """Note an answer; whether it answers anything that was asked."""
        with self._gate:
            asked = self._asked.get((answer.device_id, answer.seq))
            if asked is None or not answer.method.endswith(asked.kind):
                self._strays.append(answer)
                return False
            asked.answers.append(replace(answer, latency=time.monotonic() - asked.sent_at))
            asked._done.set()
            return True

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every request, oldest first."""
        with self._gate:
            return tuple(self._asked.values())

    @property
    def strays(self) -> tuple[Answer, ...]:
        """Answers to nothing that was asked, or by the wrong method."""
        with self._gate:
            return tuple(self._strays)
