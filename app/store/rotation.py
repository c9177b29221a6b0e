"""Changing the data key: a new one at once for all that is written, then row by row for what is there.

    begin   the new key is in the key file and has a check value; from now on it alone seals
    step    some rows sealed with an older key are opened and sealed anew, in one bounded transaction
    finish  no row needs the older keys: they leave the database, then the key file (wrapped anew)

Each ciphertext names its key, so a killed program goes on where it was: `retired` of the ring says that it has to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Table, Update, bindparam, delete, update

from app.domain.door import Passage
from app.domain.records import JournalEntry, KeptSample
from app.store import tables
from app.store.codec import unpack
from app.store.crypto import FORMAT, HEADER
from app.store.database import Database
from app.store.drafts import DRAFT, SAMPLE, DraftHead
from app.store.index import PersonHead
from app.store.journal import PERSON
from app.store.opening import register_keys
from app.store.operators import KIND as OPERATOR
from app.store.operators import OperatorHead
from app.store.walking import Walk


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
    "operators": _Named(OPERATOR, "body", lambda data: unpack(OperatorHead, data).operator.name.casefold()),
    "journal": _Named(PERSON, "entry", lambda data: unpack(JournalEntry, data).person_id),
    "passages": _Named(PERSON, "body", lambda data: unpack(Passage, data).person_id),
}
SWEPT: tuple[Table, ...] = tuple(table for table in tables.metadata.sorted_tables if table is not tables.keys)


class Sweep(Walk):
    """A walk that knows whether nothing had to be done on the way; forgotten at exit, a new look costs little."""

    def __init__(self) -> None:
        super().__init__(SWEPT)
        self.clean = True

    def restart(self) -> None:
        """From the first row again."""
        super().restart()
        self.clean = True


def pending(database: Database) -> bool:
    """Whether an older key is still in use."""
    return bool(database.cipher.ring.retired)


def begin(database: Database, sweep: Sweep) -> None:
    """Make a new key the active one; while a change is under way, that one goes on instead."""
    if pending(database):
        return
    sweep.restart()
    database.use(database.key_file.add(database.cipher.ring))
    with database.begin() as connection:
        register_keys(connection, database.cipher)


def step(database: Database, sweep: Sweep) -> bool:
    """Seal some rows anew; True when all is done and the older keys are destroyed.

    They are destroyed only after a whole look through everything found nothing left to do; a failure begins it anew.
    """
    if not pending(database):
        return True
    if sweep.ended:
        if sweep.clean:
            _finish(database)
            return True
        sweep.restart()
    try:
        _reseal_some(database, sweep)
    except BaseException:
        sweep.restart()  # the walk is past rows that were not sealed anew
        raise
    return False


def _reseal_some(database: Database, sweep: Sweep) -> None:
    with database.begin() as connection:
        table, rows = sweep.next_rows(connection)
        older = [_resealed(database, table, row) for row in rows if _is_older(database, table, row)]
        if older:
            sweep.clean = False
            connection.execute(_replacing(table), older)


def _is_older(database: Database, table: Table, row: Mapping[str, Any]) -> bool:
    """Whether a value names another key than the active one."""
    head = HEADER.pack(FORMAT, database.cipher.ring.active)
    return not all(row[column.name].startswith(head) for column in tables.sealed_columns(table))


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


def _finish(database: Database) -> None:
    ring = database.cipher.ring
    with database.begin() as connection:
        connection.execute(delete(tables.keys).where(tables.keys.c.key_id != ring.active))
    database.scrub()
    database.use(database.key_file.keep_only(ring, frozenset({ring.active})))
