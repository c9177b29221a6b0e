"""What doors leave behind: where people were last seen going, and the journal of decisions, written in batches."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from app.domain.door import Passage
from app.domain.records import JournalEntry
from app.store.codec import pack, unpack
from app.store.database import Database, next_id
from app.store.journal import PERSON, write_entries, write_entry
from app.store.tables import passages
from app.store.thread import StoreThread


class Doors:
    """Passages and decisions; the gateway's own thread awaits these, never the window."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def keep(self, changed: Sequence[Passage], entries: Sequence[JournalEntry]) -> None:
        """One transaction: the latest passage of each person and zone, and these journal entries."""
        await self._thread.run(_keep, tuple(changed), tuple(entries))

    async def passages(self) -> tuple[Passage, ...]:
        """Where everybody was last seen."""
        return await self._thread.run(_passages)

    async def forget(self, person_id: str, entry: JournalEntry) -> None:
        """Let a person begin anew in every zone, with the journal entry of who decided so."""
        await self._thread.run(_forget, person_id, entry)


def drop_passages(connection: Connection, database: Database, person_id: str, zone: str = "") -> None:
    """Remove what is kept of a person, in one zone or in all, within the caller's transaction."""
    statement = delete(passages).where(passages.c.digest.in_(database.cipher.digests(PERSON, person_id)))
    if zone:
        statement = statement.where(passages.c.zone == zone)
    connection.execute(statement)


def _keep(database: Database, changed: tuple[Passage, ...], entries: tuple[JournalEntry, ...]) -> None:
    latest = {(one.zone, one.person_id): one for one in changed}
    with database.begin() as connection:
        for passage in latest.values():
            drop_passages(connection, database, passage.person_id, passage.zone)
            _insert(connection, database, passage)
        write_entries(connection, database, entries)


def _insert(connection: Connection, database: Database, passage: Passage) -> None:
    row = next_id(connection, passages)
    values = {
        "id": row,
        "digest": database.cipher.digest(PERSON, passage.person_id),
        "zone": passage.zone,
        "body": database.seal(passages.c.body, row, pack(passage)),
    }
    connection.execute(insert(passages).values(values))


def _passages(database: Database) -> tuple[Passage, ...]:
    with database.begin() as connection:
        rows = connection.execute(select(passages.c.id, passages.c.body)).all()
    return tuple(unpack(Passage, database.unseal(passages.c.body, row.id, row.body)) for row in rows)


def _forget(database: Database, person_id: str, entry: JournalEntry) -> None:
    with database.begin() as connection:
        drop_passages(connection, database, person_id)
        write_entry(connection, database, entry)
