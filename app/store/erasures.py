"""Erasing people: everything of a person leaves this station in one transaction, and each device gets its order.

The order knows the person's identifier until every device confirmed; then the certificate takes its place.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from app.domain.enrollment import Delivery, DeliveryState
from app.domain.errors import InvalidInput
from app.domain.evidence import Evidence
from app.domain.records import Erased, ErasureOrder, JournalEntry
from app.store import erased
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id, to_time
from app.store.doors import drop_passages
from app.store.journal import PERSON, write_entry
from app.store.lanes import ENDED
from app.store.removals import insert_removals, open_removals, removals_of
from app.store.retiring import retire
from app.store.tables import drafts, erasures, evidence, features, jobs, lanes, people, removals, samples
from app.store.thread import StoreThread

Forgotten = Callable[[int, str], None]
"""Called on the store's thread with the row and the identifier of a person who is gone."""
ORDERED, DONE, RETRIED = "erasure-ordered", "erasure-done", "erasure-retried"
CAUGHT_UP = "erasures-caught-up"
STATION, RESTORED, HELD_AGAIN = "station", "restored", "held-again"


class Erasures:
    """The ErasureStore protocol."""

    def __init__(self, thread: StoreThread, forgotten: Forgotten) -> None:
        self._thread = thread
        self._forgotten = forgotten

    async def order(
        self, person_id: str, devices: Sequence[str], *, actor: str, reason: str, exports: int = 0
    ) -> ErasureOrder:
        """One transaction: record, samples, features, deliveries, drafts and evidence of the person go, and one removal
        per device comes. What was freed is overwritten. InvalidInput when there is no such person."""
        return await self._thread.run(_order, self._forgotten, person_id, devices, actor, reason, exports)

    async def orders(self) -> tuple[ErasureOrder, ...]:
        """Every order, the latest first."""
        return await self._thread.run(_orders)

    async def finish(self, order_id: str, certificate: str, *, actor: str) -> None:
        """Keep the certificate and forget who it was; StoreError leaves the order open."""
        await self._thread.run(_finish, order_id, certificate, actor)

    async def held_again(self, device_id: str, held: frozenset[str]) -> int:
        """Order the removal of whoever was erased, is not enrolled again, and is nevertheless held by a device that
        nobody waits for, such as one that came back; how many."""
        return await self._thread.run(_held_again, device_id, held)

    async def retire(self, device_id: str, *, actor: str, reason: str) -> int:
        """A device is gone for good: nothing waits for it any more; how many removals ended unconfirmed by it."""
        return await self._thread.run(retire, device_id, actor, reason)

    async def retry(self, order_id: str, *, actor: str) -> None:
        """Every removal of an order that is not done is due now."""
        await self._thread.run(_retry, order_id, actor)


def _order(
    database: Database,
    forgotten: Forgotten,
    person_id: str,
    devices: Sequence[str],
    actor: str,
    reason: str,
    exports: int,
) -> ErasureOrder:
    with database.begin() as connection:
        person = _row_of(connection, database, person_id)
        if person is None:
            raise InvalidInput(field="person", why="unknown")
        order = _ordered(connection, database, person, person_id, devices, actor, reason, exports)
    forgotten(person, person_id)
    database.scrub()
    erased.write_down(database)
    return order


def catch_up(database: Database) -> None:
    """Erase again who was erased after this database was backed up, and is there again because of that."""
    lines = erased.unknown(database)
    if lines:
        with database.begin() as connection:
            back = erased.returned(connection, database, lines)
            held = [jobs.c.device_id, lanes.c.device_id]
            devices = {name for column in held for name in connection.scalars(select(column).distinct()) if name}
            for person_id, person in back.items():
                _ordered(connection, database, person, person_id, sorted(devices), STATION, RESTORED, 0)
            for line in lines:
                erased.put(connection, line)
            facts = {"erased": str(len(lines)), "again": str(len(back))}
            write_entry(connection, database, JournalEntry(CAUGHT_UP, STATION, facts=facts))
        database.scrub()
    erased.write_down(database)


def _ordered(
    connection: Connection,
    database: Database,
    person: int | None,
    person_id: str,
    devices: Sequence[str],
    actor: str,
    reason: str,
    exports: int,
) -> ErasureOrder:
    """Within a transaction: everything of the person goes, the order and its removals come."""
    holders = connection.scalars(select(jobs.c.device_id).where(jobs.c.person == person)).all()
    gone = replace(_erase(connection, database, person, person_id), exports=exports)
    now = from_time(None)
    order = ErasureOrder(secrets.token_hex(8), person_id, actor, reason, to_time(now), gone)
    _insert(connection, database, order, (*devices, *holders))
    erased.put(connection, erased.Line(order.order_id, now, erased.name_of(connection, database, person_id)))
    facts = {"order": order.order_id, "reason": reason}
    write_entry(connection, database, JournalEntry(ORDERED, actor, person_id, facts=facts))
    return order


def _held_again(database: Database, device_id: str, held: frozenset[str]) -> int:
    with database.begin() as connection:
        under_way = open_removals(connection, database)
        once = [one for one in erased.among(connection, database, held) if (one, device_id) not in under_way]
        back = [one for one in once if _row_of(connection, database, one) is None]
        for person_id in back:
            _ordered(connection, database, None, person_id, (device_id,), STATION, HELD_AGAIN, 0)
    return len(back)


def _row_of(connection: Connection, database: Database, person_id: str) -> int | None:
    found = people.c.digest.in_(database.cipher.digests(PERSON, person_id))
    return connection.scalar(select(people.c.id).where(found))


def _insert(connection: Connection, database: Database, order: ErasureOrder, devices: Sequence[str]) -> None:
    record = next_id(connection, erasures)
    sealed = database.seal(erasures.c.record, record, pack(order))
    values = {"id": record, "order_id": order.order_id, "ordered_at": from_time(order.ordered_at), "record": sealed}
    connection.execute(insert(erasures).values(values))
    insert_removals(connection, database, record, devices)


def _erase(connection: Connection, database: Database, person: int | None, person_id: str) -> Erased:
    counts = [_owned(connection, table, person) for table in (samples, features, jobs)]
    connection.execute(delete(people).where(people.c.id == person))
    unfinished = _drafts_of(connection, database, person_id)
    connection.execute(delete(drafts).where(drafts.c.id.in_(unfinished)))
    drop_passages(connection, database, person_id)
    proofs = _evidence_of(connection, database, person_id)
    connection.execute(delete(evidence).where(evidence.c.id.in_(proofs)))
    return Erased(counts[0], counts[1], len(unfinished), len(proofs), counts[2])


def _owned(connection: Connection, table: Table, person: int | None) -> int:
    counted = select(func.count()).select_from(table).where(table.c.person == person)
    return int(connection.scalar(counted) or 0)


def _drafts_of(connection: Connection, database: Database, person_id: str) -> list[int]:
    """Drafts in whose state the identifier stands; the state is the flow's own text."""
    quoted = f'"{person_id}"'.encode()
    rows = connection.execute(select(drafts.c.id, drafts.c.state)).all()
    return [row.id for row in rows if quoted in database.unseal(drafts.c.state, row.id, row.state)]


def _evidence_of(connection: Connection, database: Database, person_id: str) -> list[int]:
    rows = connection.execute(select(evidence.c.id, evidence.c.record)).all()
    found = ((row.id, unpack(Evidence, database.unseal(evidence.c.record, row.id, row.record))) for row in rows)
    return [record for record, proof in found if proof.person_id == person_id]


def _orders(database: Database) -> tuple[ErasureOrder, ...]:
    with database.begin() as connection:
        rows = connection.execute(select(erasures).order_by(erasures.c.id.desc())).all()
        return tuple(_loaded(connection, database, row) for row in rows)


def _loaded(connection: Connection, database: Database, row: Any) -> ErasureOrder:
    order = unpack(ErasureOrder, database.unseal(erasures.c.record, row.id, row.record))
    return replace(order, removals=order.removals or removals_of(connection, database, row.id))


def _finish(database: Database, order_id: str, certificate: str, actor: str) -> None:
    with database.begin() as connection:
        row = connection.execute(select(erasures).where(erasures.c.order_id == order_id)).one()
        order = _loaded(connection, database, row)
        if not order.open:
            return
        kept = tuple(_bare(one) for one in order.removals)
        done = replace(order, person_id="", removals=kept, certificate=certificate)
        sealed = database.seal(erasures.c.record, row.id, pack(done))
        connection.execute(update(erasures).where(erasures.c.id == row.id).values(record=sealed))
        connection.execute(delete(removals).where(removals.c.erasure == row.id))
        facts = {"order": order_id, "devices": str(len(kept))}
        write_entry(connection, database, JournalEntry(DONE, actor, order.person_id, facts=facts))
    database.scrub()


def _bare(removal: Delivery) -> Delivery:
    """What is kept of a removal: where and when it was confirmed, or why nobody could."""
    facts = removal.error_facts if removal.state is DeliveryState.RETIRED else {}
    return Delivery(removal.device_id, removal.state, error_facts=facts, updated_at=removal.updated_at)


def _retry(database: Database, order_id: str, actor: str) -> None:
    order = select(erasures.c.id).where(erasures.c.order_id == order_id)
    unfinished = removals.c.erasure.in_(order) & removals.c.state.not_in(ENDED)
    now = from_time(None)
    values = {"state": DeliveryState.WAITING.value, "due_at": now, "updated_at": now}
    with database.begin() as connection:
        connection.execute(update(removals).where(unfinished).values(values))
        write_entry(connection, database, JournalEntry(RETRIED, actor, facts={"order": order_id}))
