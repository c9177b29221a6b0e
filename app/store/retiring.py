"""Devices that are gone for good: what still waits for them ends, and says that nobody could look there."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from app.domain.enrollment import DeliveryState
from app.domain.records import JournalEntry
from app.store.database import Database, from_time, to_time
from app.store.journal import write_entry
from app.store.lanes import ENDED, lane_of, put_lane, retired
from app.store.removals import end_removal
from app.store.tables import jobs, removals

RETIRED = "device-retired"


def retire(database: Database, device_id: str, actor: str, reason: str) -> int:
    """One transaction: the device rests, its unfinished deliveries and removals end; how many removals did."""
    with database.begin() as connection:
        now = to_time(from_time(None))
        lane = replace(lane_of(connection, database, device_id), retired_at=now, retired_for=reason)
        put_lane(connection, database, lane)
        connection.execute(update(jobs).where(_open(jobs, device_id)).values(state=DeliveryState.RETIRED.value))
        rows = connection.scalars(select(removals.c.id).where(_open(removals, device_id))).all()
        for record in rows:
            end_removal(connection, database, record, retired(lane))
        facts = {"reason": reason, "removals": str(len(rows))}
        write_entry(connection, database, JournalEntry(RETIRED, actor, device_id=device_id, facts=facts))
    return len(rows)


def _open(table: Any, device_id: str) -> Any:
    return (table.c.device_id == device_id) & table.c.state.not_in(ENDED)
