"""Requests that wait for their answer: each is answered once, by whoever takes it off first."""

import threading
from collections import deque
from dataclasses import dataclass

from app.gateway.values import Request


@dataclass(frozen=True, eq=False)
class Pending:
    """A request and the monotonic moment after which the safe answer is given."""

    request: Request
    deadline: float

    @property
    def key(self) -> tuple[int, int]:
        """What its answer carries."""
        return self.request.device, self.request.seq


class Docket:
    """Any thread. Deadlines come in order, because every request has the same time."""

    def __init__(self) -> None:
        self._door = threading.Condition()
        self._open: dict[tuple[int, int], Pending] = {}
        self._order: deque[Pending] = deque()
        self._closed = False

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, pending: Pending) -> bool:
        """Take a request on; False when the same one is waiting already."""
        with self._door:
            if pending.key in self._open:
                return False
            self._open[pending.key] = pending
            self._order.append(pending)
            if len(self._order) == 1:
                self._door.notify_all()
        return True

    def is_open(self, pending: Pending) -> bool:
        """Whether nobody has answered it yet."""
        return self._open.get(pending.key) is pending

    def claim(self, pending: Pending) -> bool:
        """True for the one caller who may answer it."""
        with self._door:
            if self._open.get(pending.key) is not pending:
                return False
            del self._open[pending.key]
        return True

    def next_late(self, now: float, longest_s: float) -> Pending | float | None:
        """The next request past its deadline, or seconds until one may be; None when closed. Claims nothing."""
        with self._door:
            while self._order and self._open.get(self._order[0].key) is not self._order[0]:
                self._order.popleft()
            if self._closed and not self._order:
                return None
            if not self._order:
                return longest_s
            left = self._order[0].deadline - now
            return self._order.popleft() if left <= 0 or self._closed else min(left, longest_s)

    def wait(self, seconds: float) -> None:
        """Until something happens here, or so many seconds."""
        with self._door:
            if not self._closed:
                self._door.wait(seconds)

    def close(self) -> None:
        """What waits is due at once; nothing new comes."""
        with self._door:
            self._closed = True
            self._door.notify_all()
