"""Who stands before one device, and the scans that wait for them."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from app.simulators.gsdk.wire import Refused
from app.simulators.people import Person


@dataclass(frozen=True)
class Presence:
    """A person before a device.

    finger   the finger they press: 1 right thumb .. 5 right little, 6 left thumb .. 10 left little
    fingers  the fingers of one scan after the other, instead of one; the last one stays
    quality  of their touches and their face, 0..1
    card     the card they hold out, 32 bytes; None their own
    waits    stands there and does not touch, look or hold anything out yet
    """

    who: Person
    finger: int = 2
    fingers: tuple[int, ...] = ()
    quality: float = 0.9
    card: bytes | None = None
    waits: bool = False

    def finger_at(self, scan: int) -> int:
        """The finger of scan 0, 1, ..."""
        return self.fingers[min(scan, len(self.fingers) - 1)] if self.fingers else self.finger

    @property
    def score(self) -> int:
        """0..100."""
        return round(100 * self.quality)


class Stage:
    """The place before a device: one scan at a time, which ends when somebody acts or time is over."""

    def __init__(self, touch_seconds: float) -> None:
        self._touch_seconds = touch_seconds
        self._changed = threading.Condition()
        self._presence: Presence | None = None
        self._scans = 0
        self._scanning = ""
        self._turn = threading.Lock()

    def stand(self, presence: Presence | None) -> None:
        """Somebody comes, or the place is empty."""
        with self._changed:
            self._presence = presence
            self._scans = 0
            self._changed.notify_all()

    @property
    def presence(self) -> Presence | None:
        return self._presence

    @property
    def scanning(self) -> str:
        """What the device waits for: "card", "finger", "face", or nothing."""
        return self._scanning

    def scan(self, what: str, seconds: float, ended: Callable[[], bool]) -> tuple[Presence, int]:
        """Wait for somebody; gives them and how many scans they had before. `ended` stops the wait."""
        with self._turn:
            self._wait_for(what)
            try:
                return self._scan(time.monotonic() + seconds, ended)
            finally:
                self._wait_for("")

    def wait_scanning(self, what: str, seconds: float) -> bool:
        """Whether the device came to wait for this in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._scanning == what, seconds)

    def wake(self) -> None:
        """Look at `ended` now."""
        with self._changed:
            self._changed.notify_all()

    def _wait_for(self, what: str) -> None:
        with self._changed:
            self._scanning = what
            self._changed.notify_all()

    def _scan(self, deadline: float, ended: Callable[[], bool]) -> tuple[Presence, int]:
        with self._changed:
            there_since: float | None = None
            while not ended():
                now = time.monotonic()
                ready = self._presence is not None and not self._presence.waits
                there_since = (now if there_since is None else there_since) if ready else None
                if there_since is not None and now >= there_since + self._touch_seconds:
                    assert self._presence is not None
                    self._scans += 1
                    return self._presence, self._scans - 1
                if now >= deadline:
                    raise Refused(grpc.StatusCode.UNKNOWN, "scan timeout (BS_SDK_ERROR_TIMEOUT, -8)")
                until = deadline if there_since is None else there_since + self._touch_seconds
                self._changed.wait(max(0.0, min(until, deadline) - now))
        raise Refused(grpc.StatusCode.CANCELLED, "the scan was ended")
