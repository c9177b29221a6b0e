"""Is a result from this capture? Decided in the terminal's own time, which may be wrong (facts rows 10 and 40)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SLACK = timedelta(seconds=5)
"""Covers whole-second timestamps and the time a request takes."""

OFF = timedelta(seconds=60)

_UUID_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)


@dataclass(frozen=True)
class DeviceClock:
    """What is known of the terminal's clock: how far it is ahead of ours, and its latest time seen before a capture."""

    ahead: timedelta | None = None
    latest: datetime | None = None

    @property
    def is_off(self) -> bool:
        """True when it is known to be wrong by more than a minute."""
        return self.ahead is not None and abs(self.ahead) > OFF

    def is_stale(self, stamped: datetime | None, started: datetime, uid: str = "") -> bool:
        """True when a result is certainly older than `started` (our time, aware).

        `uid` is the result's own: made by the same clock as the lock, it tells the age best, whatever zone the
        terminal writes its timestamps in. Otherwise `stamped` (device time) is compared. Without any knowledge of the
        clock a strange time proves nothing; then only something not later than what the terminal had already stamped
        before the start is stale.
        """
        made = made_at(uid)
        if made is not None and self.ahead is not None:
            return made < started + self.ahead - SLACK
        if stamped is None:
            return False
        return all(self._older(reading, started) for reading in _readings(stamped))

    def _older(self, stamped: datetime, started: datetime) -> bool:
        if self.ahead is not None:
            return stamped < started + self.ahead - SLACK
        return stamped < started - SLACK and self.latest is not None and stamped <= self.latest

    def seen(self, stamped: datetime | None) -> "DeviceClock":
        """The same clock, having seen one more device time."""
        times = [time for time in (self.latest, *_readings(stamped)) if time is not None]
        return DeviceClock(self.ahead, max(times, default=None))


def clock_from_lock(lock_uid: str, now: datetime) -> DeviceClock:
    """The clock as told by a lock just given: such a uid is normally a UUID of version 1, which holds its making."""
    made = made_at(lock_uid)
    return DeviceClock(made - now) if made else DeviceClock()


def made_at(uid: str) -> datetime | None:
    """The moment a version 1 UUID was made, None for any other text."""
    try:
        parsed = uuid.UUID(uid)
        if parsed.version != 1:
            return None
        return _UUID_EPOCH + timedelta(microseconds=parsed.time // 10)
    except (ValueError, OverflowError):
        return None


def _readings(stamped: datetime | None) -> Iterator[datetime]:
    """An aware time is what it says; a naive one may be UTC or the terminal's local time."""
    if stamped is None:
        return
    if stamped.tzinfo is not None:
        yield stamped
        return
    yield stamped.replace(tzinfo=UTC)
    yield stamped.astimezone(UTC)
