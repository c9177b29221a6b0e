"""Unfinished enrollments: the flow's state and every sample kept so far."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.domain.errors import StoreError
from app.domain.records import Draft, DraftSummary, KeptSample
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id, to_time
from app.store.packing import kept_from, kept_values
from app.store.tables import draft_samples, drafts
from app.store.thread import StoreThread

DRAFT = "draft"
SAMPLE = "sample"


@dataclass(frozen=True)
class DraftHead:
    """What a list shows of a draft."""

    draft_id: str
    label: str = field(repr=False)
    step: str


class Drafts:
    """The DraftStore protocol. What a call was told to keep is on disk, encrypted, when it returns."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def create(self, draft_id: str, state: bytes, *, label: str, step: str) -> None:
        """Begin a draft; StoreError when there is one of this id."""
        await self._thread.run(_create, DraftHead(draft_id, label, step), state)

    async def create_all(self, rows: tuple[tuple[str, bytes, str, str], ...]) -> None:
        """Begin many drafts in one transaction, all or none; a row is id, state, label, step."""
        await self._thread.run(_create_all, rows)

    async def save_state(self, draft_id: str, state: bytes, *, label: str, step: str) -> None:
        """Replace the state; StoreError when the draft is gone."""
        await self._thread.run(_save_state, DraftHead(draft_id, label, step), state)

    async def keep(self, draft_id: str, samples: tuple[KeptSample, ...], state: bytes) -> None:
        """Samples and state in one transaction; a sample kept before (same id) is replaced in its place."""
        await self._thread.run(_keep, draft_id, samples, state)

    async def drafts(self) -> tuple[DraftSummary, ...]:
        """All drafts, the latest change first."""
        return await self._thread.run(_drafts)

    async def load(self, draft_id: str) -> Draft | None:
        """One draft with its samples in the order they were kept."""
        return await self._thread.run(_load, draft_id)

    async def discard(self, draft_id: str) -> None:
        """Remove a draft and its samples, overwriting them; absent already is fine."""
        await self._thread.run(_discard, draft_id)

    async def purge(self, older_than: datetime) -> int:
        """Remove the drafts not changed since; returns how many."""
        return await self._thread.run(_purge, older_than)


def delete_draft(connection: Connection, database: Database, draft_id: str) -> int:
    """Remove a draft within a transaction; returns how many rows went (0 or 1)."""
    found = drafts.c.digest.in_(database.cipher.digests(DRAFT, draft_id))
    return connection.execute(delete(drafts).where(found)).rowcount


def find_draft(connection: Connection, database: Database, draft_id: str) -> int | None:
    """The row of a draft."""
    found = drafts.c.digest.in_(database.cipher.digests(DRAFT, draft_id))
    return connection.scalar(select(drafts.c.id).where(found))


def existing_draft(connection: Connection, database: Database, draft_id: str) -> int:
    """The row of a draft; StoreError when it is gone."""
    record = find_draft(connection, database, draft_id)
    if record is None:
        raise StoreError(reason="no-such-draft")
    return record


def _head_values(database: Database, record: int, head: DraftHead) -> dict[str, Any]:
    return {"summary": database.seal(drafts.c.summary, record, pack(head)), "updated_at": from_time(None)}


def _create(database: Database, head: DraftHead, state: bytes) -> None:
    with database.begin() as connection:
        _insert(connection, database, head, state)


def _create_all(database: Database, rows: tuple[tuple[str, bytes, str, str], ...]) -> None:
    with database.begin() as connection:
        for draft_id, state, label, step in rows:
            _insert(connection, database, DraftHead(draft_id, label, step), state)


def _insert(connection: Connection, database: Database, head: DraftHead, state: bytes) -> None:
    if find_draft(connection, database, head.draft_id) is not None:
        raise StoreError(reason="draft-exists")
    record = next_id(connection, drafts)
    values = _head_values(database, record, head)
    values |= {
        "id": record,
        "digest": database.cipher.digest(DRAFT, head.draft_id),
        "created_at": values["updated_at"],
        "state": database.seal(drafts.c.state, record, state),
    }
    connection.execute(insert(drafts).values(values))


def _save_state(database: Database, head: DraftHead, state: bytes) -> None:
    with database.begin() as connection:
        record = existing_draft(connection, database, head.draft_id)
        values = _head_values(database, record, head) | {"state": database.seal(drafts.c.state, record, state)}
        connection.execute(update(drafts).where(drafts.c.id == record).values(values))


def _keep(database: Database, draft_id: str, samples: tuple[KeptSample, ...], state: bytes) -> None:
    with database.begin() as connection:
        record = existing_draft(connection, database, draft_id)
        for kept in samples:
            _keep_one(connection, database, record, kept)
        values = {"state": database.seal(drafts.c.state, record, state), "updated_at": from_time(None)}
        connection.execute(update(drafts).where(drafts.c.id == record).values(values))


def _keep_one(connection: Connection, database: Database, draft: int, kept: KeptSample) -> None:
    known = draft_samples.c.digest.in_(database.cipher.digests(SAMPLE, kept.sample_id))
    record = connection.scalar(select(draft_samples.c.id).where(draft_samples.c.draft == draft, known))
    if record is not None:
        values = kept_values(database, draft_samples, record, kept)
        connection.execute(update(draft_samples).where(draft_samples.c.id == record).values(values))
        return
    values = kept_values(database, draft_samples, next_id(connection, draft_samples), kept)
    values |= {"draft": draft, "digest": database.cipher.digest(SAMPLE, kept.sample_id)}
    connection.execute(insert(draft_samples).values(values))


def _drafts(database: Database) -> tuple[DraftSummary, ...]:
    with database.begin() as connection:
        counted = select(draft_samples.c.draft, func.count()).group_by(draft_samples.c.draft)
        counts: dict[int, int] = {row[0]: row[1] for row in connection.execute(counted)}
        wanted = select(drafts.c.id, drafts.c.created_at, drafts.c.updated_at, drafts.c.summary)
        rows = connection.execute(wanted.order_by(drafts.c.updated_at.desc(), drafts.c.id.desc())).all()
    return tuple(_summary(database, row, counts.get(row.id, 0)) for row in rows)


def _summary(database: Database, row: Any, count: int) -> DraftSummary:
    head = unpack(DraftHead, database.unseal(drafts.c.summary, row.id, row.summary))
    return DraftSummary(head.draft_id, head.label, head.step, to_time(row.created_at), to_time(row.updated_at), count)


def _load(database: Database, draft_id: str) -> Draft | None:
    with database.begin() as connection:
        record = find_draft(connection, database, draft_id)
        if record is None:
            return None
        sealed = connection.scalar(select(drafts.c.state).where(drafts.c.id == record))
        wanted = select(draft_samples.c.id, draft_samples.c.body, draft_samples.c.image)
        rows = connection.execute(wanted.where(draft_samples.c.draft == record).order_by(draft_samples.c.id)).all()
    kept = tuple(kept_from(database, draft_samples, row.id, row.body, row.image) for row in rows)
    return Draft(draft_id, database.unseal(drafts.c.state, record, sealed or b""), kept)


def _discard(database: Database, draft_id: str) -> None:
    with database.begin() as connection:
        removed = delete_draft(connection, database, draft_id)
    if removed:
        database.scrub()


def _purge(database: Database, older_than: datetime) -> int:
    with database.begin() as connection:
        old = drafts.c.updated_at < from_time(older_than)
        removed = connection.execute(delete(drafts).where(old)).rowcount
    if removed:
        database.scrub()
    return removed
