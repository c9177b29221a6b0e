"""Deliveries waiting for their device: one row per person and device, made by `people`, moved on by reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.domain.enrollment import Delivery, DeliveryState
from app.domain.records import Job
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id, to_time
from app.store.index import PersonHead
from app.store.journal import PERSON
from app.store.tables import jobs, people
from app.store.thread import StoreThread

RETRIABLE = (DeliveryState.WAITING.value, DeliveryState.FAILED.value)


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
        """Waiting jobs whose time has come, oldest first."""
        return await self._thread.run(_due, now)

    async def report(self, job: Job, delivery: Delivery, *, due_at: datetime | None = None) -> None:
        """Record how a job stands; `due_at` sets the next try. A job replaced or removed meanwhile is not touched."""
        await self._thread.run(_report, job, delivery, due_at)

    async def retry_now(self, person_id: str, device_id: str) -> None:
        """Make a waiting or failed job due."""
        await self._thread.run(_retry_now, person_id, device_id)

    async def pending(self) -> int:
        """Jobs that are not done."""
        return await self._thread.run(_pending)


def create_jobs(
    connection: Connection, database: Database, person: int, revision: int, targets: tuple[str, ...]
) -> None:
    """One fresh job per target. What was delivered to a device that is no target any more stays known."""
    stays = (jobs.c.state == DeliveryState.DONE.value) & jobs.c.device_id.not_in(targets)
    connection.execute(delete(jobs).where(jobs.c.person == person, ~stays))
    for device_id in dict.fromkeys(targets):
        record = next_id(connection, jobs)
        values = _values(database, record, Delivery(device_id, DeliveryState.WAITING))
        values |= {"id": record, "person": person, "device_id": device_id, "revision": revision}
        connection.execute(insert(jobs).values(values | {"due_at": values["updated_at"]}))


def deliveries_of(
    connection: Connection, database: Database, persons: Sequence[int]
) -> Mapping[int, tuple[Delivery, ...]]:
    """The deliveries of some people, by their row."""
    found: dict[int, tuple[Delivery, ...]] = {}
    for row in connection.execute(select(jobs).where(jobs.c.person.in_(persons)).order_by(jobs.c.id)):
        found[row.person] = (*found.get(row.person, ()), _delivery(database, row))
    return found


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
    waiting = (jobs.c.state == DeliveryState.WAITING.value) & (jobs.c.due_at <= from_time(now))
    wanted = select(jobs, people.c.summary).join(people, people.c.id == jobs.c.person).where(waiting)
    with database.begin() as connection:
        rows = connection.execute(wanted.order_by(jobs.c.id)).all()
    return tuple(_job(database, row) for row in rows)


def _job(database: Database, row: Any) -> Job:
    head = unpack(PersonHead, database.unseal(people.c.summary, row.person, row.summary))
    return Job(row.id, head.person_id, row.device_id, row.revision, row.attempts, to_time(row.due_at))


def _report(database: Database, job: Job, delivery: Delivery, due_at: datetime | None) -> None:
    values = _values(database, job.job_id, delivery)
    if due_at is not None:
        values["due_at"] = from_time(due_at)
    with database.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job.job_id).values(values))


def _retry_now(database: Database, person_id: str, device_id: str) -> None:
    person = select(people.c.id).where(people.c.digest.in_(database.cipher.digests(PERSON, person_id)))
    chosen = jobs.c.person.in_(person) & (jobs.c.device_id == device_id) & jobs.c.state.in_(RETRIABLE)
    values = {"state": DeliveryState.WAITING.value, "due_at": from_time(None), "updated_at": from_time(None)}
    with database.begin() as connection:
        connection.execute(update(jobs).where(chosen).values(values))


def _pending(database: Database) -> int:
    waiting = select(func.count()).select_from(jobs).where(jobs.c.state != DeliveryState.DONE.value)
    with database.begin() as connection:
        return int(connection.scalar(waiting) or 0)
