"""The append-only record of what was done. Rows are numbered without gaps and never removed (triggers see to it).

What is sealed is the entry with its time, in bytes that never change: a new data key changes the ciphertext alone.
Each entry is tied to the one before it (`chain`), and signed checkpoints vouch for the whole (`checkpoints`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from app.domain.audit import AuditReport, Bond, JournalHead, Sighted, examine
from app.domain.errors import StoreDamaged
from app.domain.records import JournalEntry, JournalQuery, Recorded
from app.store import chain, checkpoints, identity, journal_file
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, to_time
from app.store.journal_file import JournalCopy
from app.store.tables import journal
from app.store.thread import StoreThread

PERSON = "person"
PIECE = 500
UNREADABLE = "entry-unreadable"
"""Stands for an entry that does not open; never written."""


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

    async def find(self, query: JournalQuery) -> tuple[Recorded, ...]:
        """Acts with their numbers, latest first. What an entry says is sealed, so many are opened, in pieces."""
        found: list[Recorded] = []
        last = query.before
        while len(found) < query.limit:
            rows = await self._thread.run(_older, query, last)
            found += [each for each in rows if query.action in {"", each.entry.action}]
            if len(rows) < PIECE:
                break
            last = rows[-1].number
        return tuple(found[: query.limit])

    async def head(self) -> JournalHead:
        """How far the journal goes."""
        return await self._thread.run(_head)

    async def verify(self, *, head: str = "") -> AuditReport:
        """Look through the whole journal, in pieces; changes nothing. `head`: a short form that must be of it."""
        copy = await self._copy()
        key = identity.fingerprint(copy.key)
        return await asyncio.to_thread(partial(examine, copy.rows, copy.checkpoints, copy.kept, head=head, key=key))

    async def export(self) -> bytes:
        """The journal as a file that can be verified anywhere (see journal_file), signed up to its last entry."""
        await self._thread.run(checkpoints.write, "export")
        return await asyncio.to_thread(journal_file.write, await self._copy())

    async def _copy(self) -> JournalCopy:
        rows: list[Sighted] = []
        while True:
            more, ended = await self._thread.run(_piece, rows[-1].seq if rows else 0)
            rows += more
            if ended is not None:
                return replace(ended, rows=tuple(rows))


def write_entry(connection: Connection, database: Database, entry: JournalEntry) -> None:
    """Add an entry within the transaction of the act it records."""
    write_entries(connection, database, (entry,))


def write_entries(connection: Connection, database: Database, entries: Sequence[JournalEntry]) -> None:
    """Add entries in this order within one transaction; many cost little more than one."""
    if not entries:
        return
    head = chain.add_all_tied(connection, database, [_row(database, entry) for entry in entries])
    if checkpoints.due(head):
        database.afterwards(partial(checkpoints.write_due, database))


def _row(database: Database, entry: JournalEntry) -> tuple[dict[str, Any], bytes]:
    at = from_time(entry.at)
    digest = database.cipher.digest(PERSON, entry.person_id) if entry.person_id else None
    return {"at": at, "digest": digest}, pack(replace(entry, at=to_time(at)))


def _append(database: Database, entry: JournalEntry) -> None:
    with database.begin() as connection:
        write_entry(connection, database, entry)


def _entries(database: Database, person_id: str, limit: int) -> tuple[JournalEntry, ...]:
    wanted = select(journal.c.seq, journal.c.entry).order_by(journal.c.seq.desc()).limit(limit)
    if person_id:
        wanted = wanted.where(journal.c.digest.in_(database.cipher.digests(PERSON, person_id)))
    with database.begin() as connection:
        rows = connection.execute(wanted).all()
    return tuple(_opened(database, row.seq, row.entry) for row in rows)


def _older(database: Database, query: JournalQuery, before: int | None) -> list[Recorded]:
    """The next piece: by person and time, of whatever act."""
    wanted = select(journal.c.seq, journal.c.entry).order_by(journal.c.seq.desc()).limit(PIECE)
    if before is not None:
        wanted = wanted.where(journal.c.seq < before)
    if query.person_id:
        wanted = wanted.where(journal.c.digest.in_(database.cipher.digests(PERSON, query.person_id)))
    if query.since is not None:
        wanted = wanted.where(journal.c.at >= from_time(query.since))
    if query.until is not None:
        wanted = wanted.where(journal.c.at < from_time(query.until))
    with database.begin() as connection:
        rows = connection.execute(wanted).all()
    return [Recorded(row.seq, _opened(database, row.seq, row.entry)) for row in rows]


def _opened(database: Database, seq: int, sealed: bytes) -> JournalEntry:
    """An entry; one that was altered does not open, and must not hide the others."""
    try:
        return unpack(JournalEntry, database.unseal(journal.c.entry, seq, sealed))
    except StoreDamaged:
        return JournalEntry(UNREADABLE, "")


def _head(database: Database) -> JournalHead:
    with database.begin() as connection:
        return chain.current(connection, database).told


def _piece(database: Database, after: int) -> tuple[list[Sighted], JournalCopy | None]:
    """Some entries, and at the end what the store knows of the whole, in the transaction that found no more."""
    wanted = select(journal.c.seq, journal.c.at, journal.c.entry, journal.c.tie)
    with database.begin() as connection:
        rows = connection.execute(wanted.where(journal.c.seq > after).order_by(journal.c.seq).limit(PIECE)).all()
        kept = None if len(rows) == PIECE else chain.kept(connection, database)
    sighted = [
        Sighted(row.seq, row.at, _text(database, row.seq, row.entry), _tie(database, row.seq, row.tie)) for row in rows
    ]
    if kept is None:
        return sighted, None
    pem = identity.public_pem(database)
    return sighted, JournalCopy(pem, kept, checkpoints.read(database.folder / checkpoints.NAME, pem))


def _text(database: Database, seq: int, sealed: bytes) -> bytes | None:
    try:
        return chain.text_of(database.unseal(journal.c.entry, seq, sealed))
    except StoreDamaged:
        return None


def _tie(database: Database, seq: int, sealed: bytes) -> Bond | None:
    try:
        return chain.tie_of(database, seq, sealed)
    except StoreDamaged:
        return None
