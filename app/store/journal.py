"""The append-only record of what was done. Rows are numbered without gaps and never removed (triggers see to it).

What is sealed is the entry with its time, in bytes that never change: a new data key changes the ciphertext alone.
"""

from dataclasses import replace

from sqlalchemy import Connection, insert, select

from app.domain.records import JournalEntry
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id, to_time
from app.store.tables import journal
from app.store.thread import StoreThread

PERSON = "person"


class JournalStore:
    """The Journal protocol."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def append(self, entry: JournalEntry) -> None:
        """Write one act, time added when missing."""
        await self._thread.run(_append, entry)

    async def entries(self, *, person_id: str = "", limit: int = 200) -> tuple[JournalEntry, ...]:
        """Latest first, of one person or of all."""
        return await self._thread.run(_entries, person_id, limit)


def write_entry(connection: Connection, database: Database, entry: JournalEntry) -> None:
    """Add an entry within the transaction of the act it records."""
    at = from_time(entry.at)
    seq = next_id(connection, journal)
    values = {
        "seq": seq,
        "at": at,
        "digest": database.cipher.digest(PERSON, entry.person_id) if entry.person_id else None,
        "entry": database.seal(journal.c.entry, seq, pack(replace(entry, at=to_time(at)))),
    }
    connection.execute(insert(journal).values(values))


def _append(database: Database, entry: JournalEntry) -> None:
    with database.begin() as connection:
        write_entry(connection, database, entry)


def _entries(database: Database, person_id: str, limit: int) -> tuple[JournalEntry, ...]:
    wanted = select(journal.c.seq, journal.c.entry).order_by(journal.c.seq.desc()).limit(limit)
    if person_id:
        wanted = wanted.where(journal.c.digest.in_(database.cipher.digests(PERSON, person_id)))
    with database.begin() as connection:
        rows = connection.execute(wanted).all()
    return tuple(unpack(JournalEntry, database.unseal(journal.c.entry, row.seq, row.entry)) for row in rows)
