"""Bringing enrolled persons to the devices: takes due jobs from the outbox, delivers, reads back, reports.

Runs as one task on the main loop. A device that is busy or away is tried again later, growing from seconds to
an hour; what cannot succeed by waiting stops with its reason until somebody retries it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from app import logs
from app.domain.device import Device, HoldsPeople, Written
from app.domain.enrollment import Delivery, DeliveryState
from app.domain.errors import (
    DeviceBusy,
    DuplicateFound,
    LockLost,
    NotCapable,
    NotWritten,
    OutcomeUnknown,
    PartlyWritten,
    StationError,
    Unreachable,
)
from app.journeys.ports import Job, JournalEntry, PersonRecord
from app.journeys.station import Station

LOG = logging.getLogger(__name__)

BROKEN_OFF = frozenset({Unreachable.code, OutcomeUnknown.code, LockLost.code, NotWritten.code, PartlyWritten.code})
"""Ends of a try after which the device may hold a part of the person under our identifier."""
PASSING = (Unreachable, DeviceBusy, LockLost, OutcomeUnknown)
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 3600.0
IDLE_LOOK_S = 5.0


class Provisioning:
    """The delivery loop. `run` until cancelled; it looks at once when `station.jobs_waiting` is set."""

    def __init__(self, station: Station, *, idle_s: float = IDLE_LOOK_S) -> None:
        self._station = station
        self._idle_s = idle_s
        self._listeners: list[Callable[[], None]] = []
        self.paused = False

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the main loop whenever a delivery changed."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            self._station.jobs_waiting.clear()
            if not self.paused:
                await self.deliver_due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._station.jobs_waiting.wait(), self._idle_s)

    async def deliver_due(self) -> int:
        """Deliver what is due now, side by side on different devices, in order on each; returns how many were tried."""
        jobs = await self._station.outbox.due(self._station.now())
        lanes: dict[str, list[Job]] = {}
        for job in jobs:
            lanes.setdefault(job.device_id, []).append(job)
        await asyncio.gather(*(self._lane(device_id, lane) for device_id, lane in lanes.items()))
        return len(jobs)

    async def _lane(self, device_id: str, jobs: list[Job]) -> None:
        device = self._station.devices.get(device_id)
        for job in jobs:
            if not await self._deliver(job, device):
                return

    async def _deliver(self, job: Job, device: Device | None) -> bool:
        """One job; False when the rest of the device's lane should wait."""
        record = await self._station.people.get(job.person_id)
        try:
            if device is None or record is None:
                raise NotCapable(device=job.device_id, step="deliver", why="gone")
            written = await self._write(job, device, record)
        except StationError as error:
            await self._failed(job, error)
            return not isinstance(error, PASSING)
        await self._done(job, written)
        return True

    async def _write(self, job: Job, device: Device, record: PersonRecord) -> Written:
        if not isinstance(device, HoldsPeople):
            raise NotCapable(device=device.device_id, step="deliver")
        await self._report(job, Delivery(job.device_id, DeliveryState.WRITING, job.attempts + 1))
        async with self._station.leases.use(device), self._station.leases.turn(device):
            try:
                return await device.write_person(record.enrollment, replace=job.revision > 1)
            except DuplicateFound as found:
                if not (found.facts.get("same_identifier") and _may_be_ours(record, job)):
                    raise
                return await device.write_person(record.enrollment, replace=True)

    async def _done(self, job: Job, written: Written) -> None:
        delivery = Delivery(job.device_id, DeliveryState.DONE, job.attempts + 1, digest=written.digest)
        await self._report(job, delivery)
        await self._tell("delivered", job, {"digest": written.digest})
        logs.event(LOG, "delivered", device=job.device_id, attempt=job.attempts + 1)

    async def _failed(self, job: Job, error: StationError) -> None:
        passing = isinstance(error, PASSING)
        state = DeliveryState.WAITING if passing else DeliveryState.FAILED
        facts = {name: str(value) for name, value in error.facts.items()}
        delivery = Delivery(job.device_id, state, job.attempts + 1, error.code, facts)
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(job.attempts, 12))
        due_at = self._station.now() + timedelta(seconds=wait) if passing else None
        await self._report(job, delivery, due_at)
        await self._tell("delivery-failed", job, {"error": error.code})
        attempt = job.attempts + 1
        logs.event(
            LOG, "delivery-failed", logging.WARNING, error=error, device=job.device_id, attempt=attempt, state=state
        )

    async def _report(self, job: Job, delivery: Delivery, due_at: datetime | None = None) -> None:
        await self._station.outbox.report(job, delivery, due_at=due_at)
        for listener in self._listeners:
            listener()

    async def _tell(self, action: str, job: Job, facts: dict[str, str]) -> None:
        entry = JournalEntry(action, "station", job.person_id, job.device_id, facts)
        await self._station.journal.append(entry)


def _may_be_ours(record: PersonRecord, job: Job) -> bool:
    """Whether an earlier try of this job may have left what now looks like a duplicate; never so at the first try."""
    return any(each.device_id == job.device_id and each.error_code in BROKEN_OFF for each in record.deliveries)
