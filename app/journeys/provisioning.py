"""Bringing enrolled persons to the devices: takes due jobs from the outbox, delivers, reads back, reports.

Runs as one task on the main loop. A device that is busy or away is tried again later, growing from seconds to
an hour; what cannot succeed by waiting stops with its reason until somebody retries it. What would be the same for
every person (another device answers, the password is wrong) stops the whole device instead.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from app import logs
from app.domain.device import Device, HoldsPeople, TellsDigests
from app.domain.enrollment import AGAIN, Delivery, DeliveryState, Lane
from app.domain.errors import (
    DeviceBusy,
    DuplicateFound,
    LockLost,
    MissingRights,
    NotCapable,
    NotWritten,
    OutcomeUnknown,
    PartlyWritten,
    ProtocolError,
    StationError,
    StoreDamaged,
    StoreError,
    Unreachable,
    WrongCredential,
    WrongDevice,
)
from app.domain.records import JobKind
from app.journeys.ports import Job, JournalEntry, PersonRecord
from app.journeys.station import Station

LOG = logging.getLogger(__name__)

BROKEN_OFF = frozenset(
    {
        Unreachable.code,
        OutcomeUnknown.code,
        LockLost.code,
        NotWritten.code,
        PartlyWritten.code,
    }
)
"""Ends of a try after which the device may hold a part of the person under our identifier."""
PASSING = (Unreachable, DeviceBusy, LockLost, OutcomeUnknown)
STOPPING = (WrongDevice, WrongCredential, MissingRights)
"""Errors that every other job of the device would meet too."""
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 3600.0
IDLE_LOOK_S = 5.0
CHECK_EVERY_S = 6 * 3600.0
CHECK_AGAIN_S = 900.0
COMPARED = 5
"""People per look whose templates are compared too: a few calls each, and everybody in turn."""
ACTOR = "station"


class Provisioning:
    """The delivery loop, one per station: `run` until cancelled. It looks at once when `jobs_waiting` is set."""

    def __init__(self, station: Station, *, idle_s: float = IDLE_LOOK_S, check_every_s: float = CHECK_EVERY_S) -> None:
        self._station = station
        self._idle_s = idle_s
        self._check_every = timedelta(seconds=check_every_s)
        self._check_not_before: dict[str, datetime] = {}
        self._lanes: Mapping[str, Lane] = {}
        self._listeners: list[Callable[[], None]] = []
        self._after: list[Callable[[], Awaitable[None]]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the main loop whenever a delivery changed."""
        self._listeners.append(listener)

    def afterwards(self, work: Callable[[], Awaitable[None]]) -> None:
        """Await `work` after each round of deliveries, such as making the certificates of finished erasures."""
        self._after.append(work)

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            self._station.jobs_waiting.clear()
            for work in (self.deliver_due, self.check_due, *self._after):
                await self._attempt(work)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._station.jobs_waiting.wait(), self._idle_s)

    async def deliver_due(self) -> int:
        """Deliver what is due now, side by side on different devices, in order on each; returns how many were tried."""
        jobs = await self._station.outbox.due(self._station.now())
        if not jobs:
            return 0
        self._lanes = await self._station.outbox.lanes()
        lanes: dict[str, list[Job]] = {}
        for job in jobs:
            lanes.setdefault(job.device_id, []).append(job)
        going = (self._lane(device_id, lane) for device_id, lane in lanes.items())
        for ended in await asyncio.gather(*going, return_exceptions=True):
            if isinstance(ended, BaseException):  # only now that no other device is written to any more
                raise ended
        return len(jobs)

    async def _attempt(self, work: Callable[[], Awaitable[object]]) -> None:
        """A store that does not want to now, such as on a full disk, must not end the deliveries for good."""
        try:
            await work()
        except StationError as error:
            logs.event(LOG, "deliveries-interrupted", logging.ERROR, error=error)

    async def check_due(self) -> None:
        """Look for everybody at the devices that were not looked through for a while; errors are tried again later."""
        now = self._station.now()
        lanes, tallies = await self._station.outbox.lanes(), await self._station.outbox.tallies()
        for device_id, tally in tallies.items():
            lane = lanes.get(device_id, Lane(device_id))
            early = lane.checked_at is not None and abs(now - lane.checked_at) < self._check_every  # clocks go back
            late = self._check_not_before.get(device_id, now) <= now
            if tally.done and late and not (early or lane.paused or _all_paused(lanes)):
                await self._check_later(device_id, now)

    async def recheck(self, device_id: str) -> int:
        """Whether a device still has everybody who was written to it, and the next few as they were written; who is
        missing or different is due again. How many are.

        Raises the device's errors, NotCapable when the device keeps nobody.
        """
        device = self._station.devices.get(device_id)
        if not isinstance(device, Device) or not isinstance(device, HoldsPeople):
            raise NotCapable(device=device_id, step="check")
        started = self._station.now()
        async with self._station.leases.use(device), self._station.leases.turn(device):
            held = frozenset(await device.list_people())
            other = await self._compare(device)
        missing = await self._station.outbox.lost(device_id, held, started)
        if self._station.custody is not None and await self._station.custody.erasures.held_again(device_id, held):
            self._station.jobs_waiting.set()
        await self._station.outbox.note(device_id, checked_at=started)
        different = await self._station.outbox.different(device_id, other)
        for person_id in missing:
            await self._station.journal.append(JournalEntry("delivery-lost", ACTOR, person_id, device_id))
        for person_id in different:
            await self._station.journal.append(JournalEntry("delivery-different", ACTOR, person_id, device_id))
        if missing or different:
            count = len(missing) + len(different)
            logs.event(LOG, "deliveries-lost", logging.WARNING, device=device_id, count=count)
            self._station.jobs_waiting.set()
            self._tell_listeners()
        return len(missing) + len(different)

    async def _compare(self, device: Device) -> Mapping[str, str]:
        """Of the next few people: who is held otherwise than it was read back, with the digest of then."""
        if not isinstance(device, TellsDigests):
            return {}
        asked = await self._station.outbox.to_compare(device.device_id, COMPARED)
        told = {person_id: await device.digest_of(person_id) for person_id in asked}
        return {person_id: digest for person_id, digest in asked.items() if told[person_id] not in (None, digest)}

    async def _check_later(self, device_id: str, now: datetime) -> None:
        self._check_not_before[device_id] = now + timedelta(seconds=CHECK_AGAIN_S)
        try:
            await self.recheck(device_id)
        except StationError as error:
            logs.event(LOG, "delivery-check-failed", logging.WARNING, error=error, device=device_id)

    async def _lane(self, device_id: str, jobs: list[Job]) -> None:
        device = self._station.devices.get(device_id)
        for job in jobs:
            if not await self._deliver(job, device):
                return

    async def _deliver(self, job: Job, device: Device | None) -> bool:
        """One job; False when the rest of the device's lane should wait."""
        try:
            if device is None:
                raise NotCapable(device=job.device_id, step="deliver", why="gone")
            digest = await (self._remove(job, device) if job.kind is JobKind.REMOVE else self._bring(job, device))
        except StationError as error:
            if isinstance(error, StoreError) and not isinstance(error, StoreDamaged):
                raise  # the disk is full or away: no fault of this job
            await self._failed(job, error)
            return not isinstance(error, PASSING + STOPPING)
        except Exception as error:  # a mistake in a driver stops its own job, with a cause, and no other
            logs.event(LOG, "delivery-broken", logging.ERROR, error=error, device=job.device_id)
            await self._failed(job, ProtocolError(device=job.device_id, step="deliver", reason="unexpected"))
            return True
        await self._done(job, digest)
        return True

    async def _bring(self, job: Job, device: Device) -> str:
        record = await self._station.people.get(job.person_id)
        if record is None:
            raise NotCapable(device=job.device_id, step="deliver", why="gone")
        if not isinstance(device, HoldsPeople):
            raise NotCapable(device=device.device_id, step="deliver")
        await self._report(job, Delivery(job.device_id, DeliveryState.WRITING, job.attempts + 1))
        async with self._station.leases.use(device), self._station.leases.turn(device):
            await self._check_same(device)
            try:
                written = await device.write_person(record.enrollment, replace=job.revision > 1)
            except DuplicateFound as found:
                if not (found.facts.get("same_identifier") and _may_be_ours(record, job)):
                    raise
                written = await device.write_person(record.enrollment, replace=True)
        return written.digest

    async def _remove(self, job: Job, device: Device) -> str:
        """Remove, and believe it only when the device lists the person no more."""
        if not isinstance(device, HoldsPeople):
            raise NotCapable(device=device.device_id, step="remove")
        await self._report(job, Delivery(job.device_id, DeliveryState.WRITING, job.attempts + 1))
        async with self._station.leases.use(device), self._station.leases.turn(device):
            await self._check_same(device)
            await device.remove_person(job.person_id)
            if job.person_id in await device.list_people():
                raise NotWritten(device=device.device_id, step="remove", reason="present")
        return ""

    async def _check_same(self, device: Device) -> None:
        """A device that was exchanged holds nobody of ours, whatever the outbox says: somebody has to decide."""
        serial = device.info.serial if device.info else ""
        known = self._lanes.get(device.device_id, Lane(device.device_id)).serial
        if serial and known and serial != known:
            raise WrongDevice(device=device.device_id, step="deliver", reason="replaced")
        if serial and not known:
            await self._station.outbox.note(device.device_id, serial=serial)

    async def _done(self, job: Job, digest: str) -> None:
        delivery = Delivery(job.device_id, DeliveryState.DONE, job.attempts + 1, digest=digest)
        await self._report(job, delivery)
        if job.kind is JobKind.REMOVE:
            await self._tell("removed", job, {})
            logs.event(LOG, "removed", device=job.device_id, attempt=job.attempts + 1)
            return
        await self._tell("delivered", job, {"digest": digest})
        logs.event(LOG, "delivered", device=job.device_id, attempt=job.attempts + 1)

    async def _failed(self, job: Job, error: StationError) -> None:
        passing = isinstance(error, PASSING)
        state = DeliveryState.WAITING if passing else DeliveryState.FAILED
        facts = {name: str(value) for name, value in error.facts.items()}
        delivery = Delivery(job.device_id, state, job.attempts + 1, error.code, facts)
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(job.attempts, 12))
        due_at = self._station.now() + timedelta(seconds=wait) if passing else None
        if isinstance(error, STOPPING):
            await self._station.outbox.pause(job.device_id, actor=ACTOR, reason=error.code)
        await self._report(job, delivery, due_at)
        action = "removal-failed" if job.kind is JobKind.REMOVE else "delivery-failed"
        await self._tell(action, job, {"error": error.code})
        attempt = job.attempts + 1
        logs.event(
            LOG, "delivery-failed", logging.WARNING, error=error, device=job.device_id, attempt=attempt, state=state
        )

    async def _report(self, job: Job, delivery: Delivery, due_at: datetime | None = None) -> None:
        await self._station.outbox.report(job, delivery, due_at=due_at)
        self._tell_listeners()

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            listener()

    async def _tell(self, action: str, job: Job, facts: dict[str, str]) -> None:
        entry = JournalEntry(action, ACTOR, job.person_id, job.device_id, facts)
        await self._station.journal.append(entry)


def _all_paused(lanes: Mapping[str, Lane]) -> bool:
    return "" in lanes and lanes[""].paused


def _may_be_ours(record: PersonRecord, job: Job) -> bool:
    """Whether an earlier try of this job, or a delivery before everybody was brought again, may have left what now
    looks like a duplicate; never so at the first try."""
    ours = (each for each in record.deliveries if each.device_id == job.device_id)
    return any(each.error_code in BROKEN_OFF or AGAIN in each.error_facts for each in ours)
