"""The journal's chain in the database: tying new entries, the head, and tying what was written before there was one."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app import logs
from app.domain.audit import START, Bond, JournalHead, Kept, bond
from app.domain.errors import StoreDamaged
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id
from app.store.tables import journal, journal_head

LOG = logging.getLogger(__name__)
ONLY = 1
NONCE_BYTES = 16
PIECE = 500
TOLERATED_US = 2_000_000


@dataclass(frozen=True)
class Head:
    """The sealed note of how far the journal goes, and how far checkpoints vouch for it (times in microseconds)."""

    count: int = 0
    link: bytes = field(default=START, repr=False)
    at: int = 0
    checkpoints: int = 0
    signed: int = 0
    signed_at: int = 0

    @property
    def told(self) -> JournalHead:
        """As the domain knows it."""
        return JournalHead(self.count, self.link)


def text_of(packed: bytes) -> bytes:
    """The text of a packed entry: entries have no binary members, so it is what follows the length."""
    return packed[4:]


def add_tied(connection: Connection, database: Database, values: dict[str, Any], packed: bytes) -> Head:
    """Insert an entry (`at`, `digest`) tied to the last one; the new head."""
    return add_all_tied(connection, database, [(values, packed)])


def add_all_tied(connection: Connection, database: Database, entries: Sequence[tuple[dict[str, Any], bytes]]) -> Head:
    """Insert entries, each tied to the one before it, in one statement; the new head. There is at least one."""
    head = current(connection, database)
    first = max(next_id(connection, journal), head.count + 1)
    rows = []
    for seq, (values, packed) in enumerate(entries, first):
        _note_clock(head, values["at"])
        tie = bond(head.link, seq, values["at"], os.urandom(NONCE_BYTES), text_of(packed))
        sealed = {
            "entry": database.seal(journal.c.entry, seq, packed),
            "tie": database.seal(journal.c.tie, seq, pack(tie)),
        }
        rows.append({"seq": seq, **values, **sealed})
        head = replace(head, count=seq, link=tie.link, at=values["at"])
    connection.execute(insert(journal), rows)
    put(connection, database, head)
    return head


def kept(connection: Connection, database: Database) -> Kept:
    """The head as it was kept, without making up for one that does not open."""
    sealed = connection.scalar(select(journal_head.c.head).where(journal_head.c.id == ONLY))
    try:
        head = unpack(Head, database.unseal(journal_head.c.head, ONLY, sealed or b""))
    except StoreDamaged:
        return Kept(None)
    return Kept(head.told, head.checkpoints)


def current(connection: Connection, database: Database) -> Head:
    """The head. Where it does not open the chain goes on from the last entry: a look through the journal will tell."""
    sealed = connection.scalar(select(journal_head.c.head).where(journal_head.c.id == ONLY))
    try:
        return unpack(Head, database.unseal(journal_head.c.head, ONLY, sealed or b""))
    except StoreDamaged as error:
        logs.event(LOG, "journal-head-lost", logging.ERROR, error=error)
        return Head(count=int(connection.scalar(select(func.max(journal.c.seq))) or 0))


def put(connection: Connection, database: Database, head: Head) -> None:
    """Replace the head."""
    sealed = {"head": database.seal(journal_head.c.head, ONLY, pack(head))}
    connection.execute(update(journal_head).where(journal_head.c.id == ONLY).values(sealed))


def adopt(connection: Connection, database: Database) -> None:
    """Tie the entries of a store that had no chain yet, within the transaction of its migration."""
    head, last = Head(), 0
    while rows := connection.execute(
        select(journal.c.seq, journal.c.at, journal.c.entry)
        .where(journal.c.seq > last)
        .order_by(journal.c.seq)
        .limit(PIECE)
    ).all():
        for row in rows:
            packed = database.unseal(journal.c.entry, row.seq, row.entry)
            tie = bond(head.link, row.seq, row.at, os.urandom(NONCE_BYTES), text_of(packed))
            sealed = database.seal(journal.c.tie, row.seq, pack(tie))
            connection.execute(update(journal).where(journal.c.seq == row.seq).values(tie=sealed))
            head = replace(head, count=row.seq, link=tie.link, at=row.at)
        last = rows[-1].seq
    values = {"id": ONLY, "head": database.seal(journal_head.c.head, ONLY, pack(head))}
    connection.execute(insert(journal_head).values(values))


def tie_of(database: Database, seq: int, sealed: bytes) -> Bond:
    """What ties an entry. StoreDamaged when it was altered."""
    return unpack(Bond, database.unseal(journal.c.tie, seq, sealed))


def _note_clock(head: Head, at: int) -> None:
    """The look through the journal tells which entry; the log tells when it happened."""
    if head.at - at > TOLERATED_US and abs(from_time(None) - at) < TOLERATED_US:
        logs.event(LOG, "clock-went-back", logging.WARNING, seconds=min((head.at - at) // 1_000_000, 10**9))
