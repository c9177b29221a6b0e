"""Deliveries waiting for their device: one row per person and device, made by `people`, moved on by reports.

A removal is a delivery too; its row belongs to the order to erase (`erasures`), because the person's own row is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.domain.enrollment import AGAIN, Delivery, DeliveryState, Lane, Tally
from app.domain.errors import NotWritten
from app.domain.records import Job, JobKind, JournalEntry
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id, to_time
from app.store.index import PersonHead
from app.store.journal import PERSON, write_entry
from app.store.lanes import ALL, ENDED, beginning, lane_of, lanes_of, note, put_lane, stands_still
from app.store.removals import due_removals, is_due, open_removals, report_removal, tally_removals
from app.store.tables import jobs, people, removals
from app.store.thread import StoreThread

RETRIABLE = (DeliveryState.WAITING.value, DeliveryState.FAILED.value)
UNDER_WAY = (DeliveryState.WAITING.value, DeliveryState.WRITING.value)
"""A job that is being written when the next round begins is one whose end could not be recorded."""
FILL_ROWS = 500


@dataclass(frozen=True)
class Outcome:
    """The sealed part of a delivery: a digest of templates says something about a person."""

    error_facts: Mapping[str, str] = field(default_factory=dict)
    digest: str = field(default="", repr=False)


class OutboxStore:
    """The Outbox protocol. A job that was being written when the station ended is due again at the next open."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def due(self, now: datetime) -> tuple[Job, ...]:
        """Unfinished jobs whose time has come: removals first, then writes, oldest first; none of a lane that rests."""
        return await self._thread.run(_due, now)

    async def report(self, job: Job, delivery: Delivery, *, due_at: datetime | None = None) -> None:
        """Record how a job stands; `due_at` sets the next try. A job replaced or removed meanwhile is not touched."""
        await self._thread.run(_report, job, delivery, due_at)

    async def retry_now(self, person_id: str, device_id: str) -> None:
        """Make a waiting or failed job due; a device that an error stopped goes on with it."""
        await self._thread.run(_retry_now, person_id, device_id)

    async def pending(self) -> int:
        """Jobs that are not done, removals among them."""
        return await self._thread.run(_pending)

    async def lanes(self) -> Mapping[str, Lane]:
        """How deliveries to each device go on; the empty name is all devices."""
        return await self._thread.run(_lanes)

    async def pause(self, device_id: str, *, actor: str, reason: str = "") -> None:
        """Let deliveries to a device rest (empty: to all devices), also after a restart; `reason` is an error code."""
        await self._thread.run(_pause, device_id, actor, reason)

    async def resume(self, device_id: str, *, actor: str) -> None:
        """Go on; jobs that the stopping error failed are due again."""
        await self._thread.run(_resume, device_id, actor)

    async def note(self, device_id: str, *, serial: str | None = None, checked_at: datetime | None = None) -> None:
        """Remember which device was delivered to, or when everybody there was last looked for."""
        await self._thread.run(note, device_id, serial, checked_at)

    async def redeliver(self, device_id: str, *, actor: str) -> int:
        """Bring everybody to this device again, whatever was there before; returns how many."""
        count = await self._thread.run(_begin_again, device_id, actor)
        last: int | None = 0
        while last is not None:
            last = await self._thread.run(_add_again, device_id, last)
        return count

    async def lost(self, device_id: str, held: frozenset[str], before: datetime) -> tuple[str, ...]:
        """Who was written there before this moment and is not held any more: they are due again."""
        return await self._thread.run(_lost, device_id, held, before)

    async def to_compare(self, device_id: str, count: int) -> Mapping[str, str]:
        """The next few people who were written there, with the digest of what was read back; round and round."""
        return await self._thread.run(_to_compare, device_id, count)

    async def different(self, device_id: str, people: Mapping[str, str]) -> tuple[str, ...]:
        """Who of these (with the digest asked about) is still said to be written there: they are due again."""
        return await self._thread.run(_different, device_id, people)

    async def tallies(self) -> Mapping[str, Tally]:
        """How many people each device has, waits for or refuses."""
        return await self._thread.run(_tallies)


def create_jobs(
    connection: Connection, database: Database, person: int, revision: int, targets: tuple[str, ...]
) -> None:
    """One fresh job per target. What was delivered to a device that is no target any more stays known."""
    stays = (jobs.c.state == DeliveryState.DONE.value) & jobs.c.device_id.not_in(targets)
    connection.execute(delete(jobs).where(jobs.c.person == person, ~stays))
    known = lanes_of(connection, database)
    for device_id in dict.fromkeys(targets):
        _insert(connection, database, person, revision, beginning(known, device_id))


def deliveries_of(
    connection: Connection, database: Database, persons: Sequence[int]
) -> Mapping[int, tuple[Delivery, ...]]:
    """The deliveries of some people, by their row; one that waits for a device at rest tells so."""
    found: dict[int, tuple[Delivery, ...]] = {}
    known = lanes_of(connection, database)
    for row in connection.execute(select(jobs).where(jobs.c.person.in_(persons)).order_by(jobs.c.id)):
        found[row.person] = (*found.get(row.person, ()), _resting(_delivery(database, row), known))
    return found


def _resting(delivery: Delivery, known: Mapping[str, Lane]) -> Delivery:
    if delivery.state is not DeliveryState.WAITING or not stands_still(known, delivery.device_id):
        return delivery
    lane = known.get(delivery.device_id)
    reason = delivery.error_code or (lane.reason if lane else "")
    facts = delivery.error_facts or ({"device": delivery.device_id} if reason else {})
    return replace(delivery, paused=True, error_code=reason, error_facts=facts)


def _insert(connection: Connection, database: Database, person: int, revision: int, delivery: Delivery) -> None:
    record = next_id(connection, jobs)
    values = _values(database, record, delivery)
    values |= {"id": record, "person": person, "device_id": delivery.device_id, "revision": revision}
    connection.execute(insert(jobs).values(values | {"due_at": values["updated_at"]}))


def _delivery(database: Database, row: Any) -> Delivery:
    outcome = unpack(Outcome, database.unseal(jobs.c.outcome, row.id, row.outcome))
    state = DeliveryState(row.state)
    updated_at = to_time(row.updated_at)
    return Delivery(row.device_id, state, row.attempts, row.error_code, outcome.error_facts, outcome.digest, updated_at)


def _values(database: Database, record: int, delivery: Delivery) -> dict[str, Any]:
    outcome = Outcome(delivery.error_facts, delivery.digest)
    return {
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "error_code": delivery.error_code,
        "updated_at": from_time(delivery.updated_at),
        "outcome": database.seal(jobs.c.outcome, record, pack(outcome)),
    }


def _due(database: Database, now: datetime) -> tuple[Job, ...]:
    waiting = jobs.c.state.in_(UNDER_WAY) & is_due(jobs.c.due_at, now)
    wanted = select(jobs, people.c.summary).join(people, people.c.id == jobs.c.person).where(waiting)
    with database.begin() as connection:
        known = lanes_of(connection, database)
        leaving = due_removals(connection, database, now)
        unfinished = open_removals(connection, database)
        rows = connection.execute(wanted.order_by(jobs.c.id)).all()
    moving = [row for row in rows if not stands_still(known, row.device_id)]
    coming = [_job(database, row) for row in moving]
    # who is still to be removed from a device is not written to it before
    free = [job for job in coming if (job.person_id, job.device_id) not in unfinished]
    return (*(job for job in leaving if not stands_still(known, job.device_id)), *free)


def _job(database: Database, row: Any) -> Job:
    head = unpack(PersonHead, database.unseal(people.c.summary, row.person, row.summary))
    return Job(row.id, head.person_id, row.device_id, row.revision, row.attempts, to_time(row.due_at))


def _report(database: Database, job: Job, delivery: Delivery, due_at: datetime | None) -> None:
    with database.begin() as connection:
        if job.kind is JobKind.REMOVE:
            report_removal(connection, database, job, delivery, due_at)
            return
        values = _values(database, job.job_id, delivery)
        if due_at is not None:
            values["due_at"] = from_time(due_at)
        connection.execute(update(jobs).where(jobs.c.id == job.job_id).values(values))


def _retry_now(database: Database, person_id: str, device_id: str) -> None:
    person = select(people.c.id).where(people.c.digest.in_(database.cipher.digests(PERSON, person_id)))
    chosen = jobs.c.person.in_(person) & (jobs.c.device_id == device_id) & jobs.c.state.in_(RETRIABLE)
    values = {"state": DeliveryState.WAITING.value, "due_at": from_time(None), "updated_at": from_time(None)}
    with database.begin() as connection:
        lane = lane_of(connection, database, device_id)
        if connection.execute(update(jobs).where(chosen).values(values)).rowcount and lane.paused and lane.reason:
            put_lane(connection, database, replace(lane, paused=False, reason=""))


def _pending(database: Database) -> int:
    with database.begin() as connection:
        return sum(_count(connection, table) for table in (jobs, removals))


def _count(connection: Connection, table: Any) -> int:
    unfinished = select(func.count()).select_from(table).where(table.c.state.not_in(ENDED))
    return int(connection.scalar(unfinished) or 0)


def _lanes(database: Database) -> Mapping[str, Lane]:
    with database.begin() as connection:
        return lanes_of(connection, database)


def _pause(database: Database, device_id: str, actor: str, reason: str) -> None:
    with database.begin() as connection:
        lane = lane_of(connection, database, device_id)
        put_lane(connection, database, replace(lane, paused=True, reason=reason))
        facts = {"error": reason} if reason else {}
        write_entry(connection, database, JournalEntry("deliveries-paused", actor, device_id=device_id, facts=facts))


def _resume(database: Database, device_id: str, actor: str) -> None:
    with database.begin() as connection:
        lane = lane_of(connection, database, device_id)
        put_lane(connection, database, replace(lane, paused=False, reason=""))
        if lane.reason and device_id != ALL:
            for table in (jobs, removals):
                _wake(connection, table, device_id, lane.reason)
        write_entry(connection, database, JournalEntry("deliveries-resumed", actor, device_id=device_id))


def _wake(connection: Connection, table: Any, device_id: str, reason: str) -> None:
    stopped = (table.c.device_id == device_id) & (table.c.error_code == reason)
    now = from_time(None)
    values = {"state": DeliveryState.WAITING.value, "due_at": now, "updated_at": now}
    connection.execute(update(table).where(stopped, table.c.state.not_in(ENDED)).values(values))


def _begin_again(database: Database, device_id: str, actor: str) -> int:
    """The old jobs of the device go; which device it was is forgotten."""
    with database.begin() as connection:
        connection.execute(delete(jobs).where(jobs.c.device_id == device_id))
        put_lane(connection, database, Lane(device_id))
        write_entry(connection, database, JournalEntry("deliveries-begun-again", actor, device_id=device_id))
        return int(connection.scalar(select(func.count()).select_from(people)) or 0)


def _add_again(database: Database, device_id: str, last: int) -> int | None:
    """A job for the next people; the row to go on after, None at the end."""
    here = select(jobs.c.person).where(jobs.c.device_id == device_id)
    wanted = select(people.c.id, people.c.revision).where(people.c.id > last).order_by(people.c.id).limit(FILL_ROWS)
    with database.begin() as connection:
        known = set(connection.scalars(here))
        rows = connection.execute(wanted).all()
        for row in rows:
            if row.id not in known:
                again = Delivery(device_id, DeliveryState.WAITING, error_facts={AGAIN: "yes"})
                _insert(connection, database, row.id, row.revision, again)
    return rows[-1].id if rows else None


def _lost(database: Database, device_id: str, held: frozenset[str], before: datetime) -> tuple[str, ...]:
    with database.begin() as connection:
        rows = connection.execute(_written(device_id).where(jobs.c.updated_at < from_time(before))).all()
        missing = [job for job in (_job(database, row) for row in rows) if job.person_id not in held]
        for job in missing:
            _due_again(connection, database, job, "absent")
    return tuple(job.person_id for job in missing)


def _due_again(connection: Connection, database: Database, job: Job, reason: str) -> None:
    facts = {"device": job.device_id, "step": "check", "reason": reason}
    found = Delivery(job.device_id, DeliveryState.WAITING, 0, NotWritten.code, facts)
    values = _values(database, job.job_id, found) | {"due_at": from_time(None)}
    connection.execute(update(jobs).where(jobs.c.id == job.job_id).values(values))


def _to_compare(database: Database, device_id: str, count: int) -> Mapping[str, str]:
    wanted = _written(device_id).order_by(jobs.c.id).limit(count)
    with database.begin() as connection:
        lane = lane_of(connection, database, device_id)
        rows = list(connection.execute(wanted.where(jobs.c.id > lane.compared_to)))
        if not rows:
            rows = list(connection.execute(wanted))
        if rows:
            put_lane(connection, database, replace(lane, compared_to=rows[-1].id))
    told = ((_job(database, row).person_id, _delivery(database, row).digest) for row in rows)
    return {person_id: digest for person_id, digest in told if digest}


def _different(database: Database, device_id: str, people_: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    with database.begin() as connection:
        for person_id, digest in people_.items():
            ours = people.c.digest.in_(database.cipher.digests(PERSON, person_id))
            row = connection.execute(_written(device_id).where(ours)).one_or_none()
            if row is not None and _delivery(database, row).digest == digest:
                _due_again(connection, database, _job(database, row), "different")
                found.append(person_id)
    return tuple(found)


def _written(device_id: str) -> Any:
    """Done jobs of a device, with what says whose they are."""
    done = (jobs.c.device_id == device_id) & (jobs.c.state == DeliveryState.DONE.value)
    return select(jobs, people.c.summary).join(people, people.c.id == jobs.c.person).where(done)


def _tallies(database: Database) -> Mapping[str, Tally]:
    counted = select(jobs.c.device_id, jobs.c.state, func.count()).group_by(jobs.c.device_id, jobs.c.state)
    found: dict[str, Tally] = {}
    with database.begin() as connection:
        rows = [tuple(row) for row in connection.execute(counted)] + tally_removals(connection)
    for device_id, state, count in rows:
        found[device_id] = _with(found.get(device_id, Tally()), DeliveryState(state), count)
    return found


def _with(tally: Tally, state: DeliveryState, count: int) -> Tally:
    if state is DeliveryState.DONE:
        return replace(tally, done=tally.done + count)
    if state is DeliveryState.RETIRED:
        return tally
    if state is DeliveryState.FAILED:
        return replace(tally, failed=tally.failed + count)
    return replace(tally, waiting=tally.waiting + count)
