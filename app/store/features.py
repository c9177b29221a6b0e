"""Search features beside the finger references: many small rows, read in bulk when the gallery is built."""

import asyncio
import struct
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from app.domain.errors import StoreDamaged, StoreError
from app.domain.modality import Position
from app.domain.records import FeatureRow
from app.store.database import Database, next_id
from app.store.journal import PERSON
from app.store.tables import features, people
from app.store.thread import StoreThread

READ_ROWS = 4096
LOOKUP_ROWS = 500

_LENGTH = struct.Struct(">H")
_PLACE = str(features.c.features)
_POSITIONS = {position.value: position for position in Position}

_FORMER = delete(features).where(features.c.person == bindparam("p"), features.c.position == bindparam("q"))


class Features:
    """The FeatureStore protocol. The rows of a person go with the person, and with a finger that is replaced."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def put(self, rows: tuple[FeatureRow, ...]) -> None:
        """Store or replace by person and position, all or none; StoreError when a person is not in the store."""
        await self._thread.run(_put, rows)

    async def all(self) -> tuple[FeatureRow, ...]:
        """Every row, in pieces so that nothing else waits; what changes meanwhile is read before or after."""
        return tuple([row async for piece in self.pieces() for row in piece])

    async def pieces(self) -> AsyncGenerator[list[FeatureRow], None]:
        """`all`, piece by piece; the next one is read while the caller is busy with this."""
        last, rows = await self._thread.run(_read_after, 0)
        while len(rows) == READ_ROWS:
            reading = asyncio.create_task(self._thread.run(_read_after, last), name="read-features")
            try:
                yield rows
            finally:
                ((last, rows),) = await asyncio.gather(reading)
        yield rows

    async def of(self, person_id: str) -> tuple[FeatureRow, ...]:
        """The rows of one person."""
        return await self._thread.run(_of, person_id)


def drop_stale_features(connection: Connection, person: int, positions: Iterable[Position]) -> None:
    """Remove the rows of positions whose reference changes."""
    chosen = features.c.position.in_([position.value for position in positions])
    connection.execute(delete(features).where(features.c.person == person, chosen))


def _put(database: Database, rows: tuple[FeatureRow, ...]) -> None:
    latest = {(row.person_id, row.position): row for row in rows}
    with database.begin() as connection:
        persons = _records(connection, database, {row.person_id for row in rows})
        first = next_id(connection, features)
        values = [_values(database, first + n, persons, row) for n, row in enumerate(latest.values())]
        if values:
            connection.execute(_FORMER, [{"p": one["person"], "q": one["position"]} for one in values])
            connection.execute(insert(features), values)


def _values(database: Database, record: int, persons: Mapping[str, int], row: FeatureRow) -> dict[str, Any]:
    name = row.person_id.encode()
    data = _LENGTH.pack(len(name)) + name + row.features
    return {
        "id": record,
        "person": persons[row.person_id],
        "position": row.position.value,
        "features": database.cipher.seal(data, _PLACE, record),
    }


def _records(connection: Connection, database: Database, person_ids: set[str]) -> dict[str, int]:
    """The rows of persons; StoreError when one is not there, since features must not outlive their person."""
    names = {digest: one for one in person_ids for digest in database.cipher.digests(PERSON, one)}
    wanted, found = list(names), {}
    for start in range(0, len(wanted), LOOKUP_ROWS):
        part = people.c.digest.in_(wanted[start : start + LOOKUP_ROWS])
        for digest, record in connection.execute(select(people.c.digest, people.c.id).where(part)):
            found[names[digest]] = record
    if len(found) < len(person_ids):
        raise StoreError(reason="no-such-person", count=len(person_ids) - len(found))
    return found


def _read_after(database: Database, last: int) -> tuple[int, list[FeatureRow]]:
    wanted = select(features.c.id, features.c.position, features.c.features).where(features.c.id > last)
    with database.begin() as connection:
        rows = connection.execute(wanted.order_by(features.c.id).limit(READ_ROWS)).all()
    return (rows[-1][0] if rows else last), _opened(database, rows)


def _of(database: Database, person_id: str) -> tuple[FeatureRow, ...]:
    person = select(people.c.id).where(people.c.digest.in_(database.cipher.digests(PERSON, person_id)))
    wanted = select(features.c.id, features.c.position, features.c.features).where(features.c.person.in_(person))
    with database.begin() as connection:
        rows = connection.execute(wanted.order_by(features.c.id)).all()
    return tuple(_opened(database, rows))


def _opened(database: Database, rows: Sequence[Any]) -> list[FeatureRow]:
    """Decrypt many rows; kept flat, because it runs a hundred thousand times."""
    size, unpack_length = _LENGTH.size, _LENGTH.unpack_from
    opened = database.cipher.open_each(((record, sealed) for record, _, sealed in rows), _PLACE)
    found = []
    for (record, position, _), data in zip(rows, opened, strict=True):
        end = size + unpack_length(data)[0]
        if position not in _POSITIONS:
            raise StoreDamaged(reason="unknown-position", table=_PLACE, number=record)
        found.append(FeatureRow(data[size:end].decode(), _POSITIONS[position], data[end:]))
    return found
