"""Removals from devices: the rows of an order to erase that the outbox hands out and reports on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.domain.enrollment import Delivery, DeliveryState
from app.domain.records import ErasureOrder, Job, JobKind
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id, to_time
from app.store.lanes import ENDED, beginning, lanes_of
from app.store.tables import erasures, removals

LONGEST_WAIT = timedelta(hours=2)
"""Nothing is put off for longer than an hour."""


def insert_removals(connection: Connection, database: Database, erasure: int, devices: Sequence[str]) -> None:
    """One removal per device, due now, or ended already where the device is gone for good."""
    known = lanes_of(connection, database)
    for device_id in dict.fromkeys(devices):
        record = next_id(connection, removals)
        values = _values(database, record, beginning(known, device_id))
        values |= {"id": record, "erasure": erasure, "device_id": device_id}
        connection.execute(insert(removals).values(values | {"due_at": values["updated_at"]}))


def removals_of(connection: Connection, database: Database, erasure: int) -> tuple[Delivery, ...]:
    """How the removals of one order stand."""
    rows = connection.execute(select(removals).where(removals.c.erasure == erasure).order_by(removals.c.id))
    return tuple(_delivery(database, row) for row in rows)


def is_due(due_at: Any, now: datetime) -> Any:
    """Its time has come, or lies so far ahead that the clock must have been set back meanwhile."""
    return (due_at <= from_time(now)) | (due_at > from_time(now + LONGEST_WAIT))


def due_removals(connection: Connection, database: Database, now: datetime) -> list[Job]:
    """Unfinished removals whose time has come, oldest first."""
    under_way = (DeliveryState.WAITING.value, DeliveryState.WRITING.value)
    waiting = removals.c.state.in_(under_way) & is_due(removals.c.due_at, now)
    return [_job(database, row) for row in connection.execute(_with_order().where(waiting))]


def open_removals(connection: Connection, database: Database) -> set[tuple[str, str]]:
    """Person and device of every removal that is not done."""
    rows = connection.execute(_with_order().where(removals.c.state.not_in(ENDED)))
    return {(job.person_id, job.device_id) for job in (_job(database, row) for row in rows)}


def report_removal(
    connection: Connection, database: Database, job: Job, delivery: Delivery, due_at: datetime | None
) -> None:
    """Record how a removal stands."""
    values = _values(database, job.job_id, delivery)
    if due_at is not None:
        values["due_at"] = from_time(due_at)
    connection.execute(update(removals).where(removals.c.id == job.job_id).values(values))


def end_removal(connection: Connection, database: Database, record: int, delivery: Delivery) -> None:
    """A removal that nobody can carry out any more."""
    connection.execute(update(removals).where(removals.c.id == record).values(_values(database, record, delivery)))


def tally_removals(connection: Connection) -> list[tuple[Any, ...]]:
    """Device, state and number of the removals that are not done."""
    counted = select(removals.c.device_id, removals.c.state, func.count()).where(removals.c.state.not_in(ENDED))
    return [tuple(row) for row in connection.execute(counted.group_by(removals.c.device_id, removals.c.state))]


def _delivery(database: Database, row: Any) -> Delivery:
    """The row's own state counts: a retry changes it without opening what is sealed."""
    told = unpack(Delivery, database.unseal(removals.c.outcome, row.id, row.outcome))
    return replace(told, state=DeliveryState(row.state), updated_at=to_time(row.updated_at))


def _with_order() -> Any:
    wanted = select(removals, erasures.c.record).join(erasures, erasures.c.id == removals.c.erasure)
    return wanted.order_by(removals.c.id)


def _job(database: Database, row: Any) -> Job:
    order = unpack(ErasureOrder, database.unseal(erasures.c.record, row.erasure, row.record))
    due_at = to_time(row.due_at)
    return Job(row.id, order.person_id, row.device_id, 0, row.attempts, due_at, JobKind.REMOVE)


def _values(database: Database, record: int, delivery: Delivery) -> dict[str, Any]:
    return {
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "error_code": delivery.error_code,
        "updated_at": from_time(delivery.updated_at),
        "outcome": database.seal(removals.c.outcome, record, pack(delivery)),
    }
