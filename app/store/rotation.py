"""Changing the data key: a new one at once for all that is written, then row by row for what is there.

    begin   the new key is in the key file and has a check value; from now on it alone seals
    step    some rows sealed with an older key are opened and sealed anew, in one bounded transaction
    finish  no row needs the older keys: they leave the database, then the key file (wrapped anew)

Each ciphertext names its key, so a killed program goes on where it was: `retired` of the ring says that it has to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Update, bindparam, delete, func, or_, select, update

from app.domain.records import JournalEntry, KeptSample
from app.store import tables
from app.store.codec import unpack
from app.store.crypto import FORMAT, HEADER
from app.store.database import Database
from app.store.drafts import DRAFT, SAMPLE, DraftHead
from app.store.index import PersonHead
from app.store.journal import PERSON
from app.store.opening import register_keys

STEP_BYTES = 1024 * 1024
STEP_ROWS = 256


@dataclass(frozen=True)
class _Named:
    """Where a row's identifier is sealed, to make its digest with the new key."""

    kind: str
    column: str
    read: Callable[[bytes], str]


_NAMED: Mapping[str, _Named] = {
    "drafts": _Named(DRAFT, "summary", lambda data: unpack(DraftHead, data).draft_id),
    "draft_samples": _Named(SAMPLE, "body", lambda data: unpack(KeptSample, data).sample_id),
    "people": _Named(PERSON, "summary", lambda data: unpack(PersonHead, data).person_id),
    "journal": _Named(PERSON, "entry", lambda data: unpack(JournalEntry, data).person_id),
}
SWEPT: tuple[Table, ...] = tuple(table for table in tables.metadata.sorted_tables if table is not tables.keys)


@dataclass
class Sweep:
    """How far the rows have been looked through; forgotten at exit, since a new look costs little."""

    table: int = 0
    last: int = 0


def pending(database: Database) -> bool:
    """Whether an older key is still in use."""
    return bool(database.cipher.ring.retired)


def begin(database: Database) -> None:
    """Make a new key the active one; while a change is under way, that one goes on instead."""
    if pending(database):
        return
    database.use(database.key_file.add(database.cipher.ring))
    with database.begin() as connection:
        register_keys(connection, database.cipher)


def step(database: Database, sweep: Sweep) -> bool:
    """Seal some rows anew; True when all is done and the older keys are destroyed."""
    if not pending(database):
        return True
    if sweep.table == len(SWEPT):
        return _finish(database, sweep)
    table = SWEPT[sweep.table]
    with database.begin() as connection:
        rows = _next_rows(connection, database, table, sweep.last)
        if rows:
            connection.execute(_replacing(table), [_resealed(database, table, row) for row in rows])
    if rows:
        sweep.last = rows[-1][tables.record_column(table).name]
    else:
        sweep.table, sweep.last = sweep.table + 1, 0
    return False


def _older(database: Database, table: Table) -> ColumnElement[bool]:
    """Rows with a value that names another key than the active one."""
    head = HEADER.pack(FORMAT, database.cipher.ring.active)
    return or_(*(func.substr(column, 1, len(head)) != head for column in tables.sealed_columns(table)))


def _next_rows(connection: Connection, database: Database, table: Table, last: int) -> list[Any]:
    """The next rows to seal anew: at most 256, and no more than about 1 MB."""
    record = tables.record_column(table)
    wanted = select(table).where(record > last, _older(database, table)).order_by(record).limit(STEP_ROWS)
    rows: list[Any] = []
    size = 0
    result = connection.execute(wanted).mappings()
    while size < STEP_BYTES and (row := result.fetchone()) is not None:
        rows.append(dict(row))
        size += sum(len(row[column.name]) for column in tables.sealed_columns(table))
    result.close()
    return rows


@cache
def _replacing(table: Table) -> Update:
    """The statement that takes what `_resealed` gives; the record comes as "row"."""
    names = [column.name for column in tables.sealed_columns(table)] + (["digest"] if table.name in _NAMED else [])
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(table).where(tables.record_column(table) == bindparam("row")).values(values)


def _resealed(database: Database, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    number = row[tables.record_column(table).name]
    columns = tables.sealed_columns(table)
    opened = {column.name: database.unseal(column, number, row[column.name]) for column in columns}
    values = {column.name: database.seal(column, number, opened[column.name]) for column in columns}
    named = _NAMED.get(table.name)
    if named is not None:
        identifier = named.read(opened[named.column])
        values["digest"] = database.cipher.digest(named.kind, identifier) if identifier else row["digest"]
    return {"row": number, **values}


def _finish(database: Database, sweep: Sweep) -> bool:
    ring = database.cipher.ring
    with database.begin() as connection:
        left = _count(connection, database, SWEPT)
        if not left:
            connection.execute(delete(tables.keys).where(tables.keys.c.key_id != ring.active))
    if left:
        sweep.table, sweep.last = 0, 0
        return False
    database.scrub()
    database.use(database.key_file.keep_only(ring, frozenset({ring.active})))
    return True


def _count(connection: Connection, database: Database, swept: Iterable[Table]) -> int:
    counts = (select(func.count()).select_from(table).where(_older(database, table)) for table in swept)
    return sum(int(connection.scalar(count) or 0) for count in counts)
