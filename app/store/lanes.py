"""How deliveries to each device go on: paused by somebody, stopped by an error, which device it was, when checked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.domain.enrollment import Delivery, DeliveryState, Lane
from app.store.codec import pack, unpack
from app.store.database import Database, next_id
from app.store.tables import lanes

ALL = ""
"""The lane that stands for every device."""
ENDED = (DeliveryState.DONE.value, DeliveryState.RETIRED.value)
"""States from which nothing more comes."""


def lanes_of(connection: Connection, database: Database) -> Mapping[str, Lane]:
    """Every lane that was ever touched, by device; the empty name is all devices."""
    rows = connection.execute(select(lanes)).all()
    return {row.device_id: unpack(Lane, database.unseal(lanes.c.lane, row.id, row.lane)) for row in rows}


def put_lane(connection: Connection, database: Database, lane: Lane) -> None:
    """Add or replace."""
    record = connection.scalar(select(lanes.c.id).where(lanes.c.device_id == lane.device_id))
    if record is None:
        record = next_id(connection, lanes)
        sealed = database.seal(lanes.c.lane, record, pack(lane))
        connection.execute(insert(lanes).values(id=record, device_id=lane.device_id, lane=sealed))
    else:
        sealed = database.seal(lanes.c.lane, record, pack(lane))
        connection.execute(update(lanes).where(lanes.c.id == record).values(lane=sealed))


def lane_of(connection: Connection, database: Database, device_id: str) -> Lane:
    """One lane; a fresh one when it was never touched."""
    return lanes_of(connection, database).get(device_id, Lane(device_id))


def note(database: Database, device_id: str, serial: str | None, checked_at: datetime | None) -> None:
    """Remember which device it is, or when it was looked through."""
    with database.begin() as connection:
        lane = lane_of(connection, database, device_id)
        lane = replace(lane, serial=lane.serial if serial is None else serial)
        put_lane(connection, database, replace(lane, checked_at=checked_at or lane.checked_at))


def stands_still(known: Mapping[str, Lane], device_id: str) -> bool:
    """Whether nothing goes to this device now."""
    return any(known[name].paused or known[name].retired_at for name in (ALL, device_id) if name in known)


def retired(lane: Lane) -> Delivery:
    """How what was meant for a device stands when nobody can ask it any more."""
    facts = {"reason": lane.retired_for}
    return Delivery(lane.device_id, DeliveryState.RETIRED, error_facts=facts, updated_at=lane.retired_at)


def beginning(known: Mapping[str, Lane], device_id: str) -> Delivery:
    """How a delivery or removal begins: waiting, or ended already where the device is gone for good."""
    lane = known.get(device_id, Lane(device_id))
    return retired(lane) if lane.retired_at else Delivery(device_id, DeliveryState.WAITING)
