"""Evidence of comparisons: sealed whole; only a random id and the time of the decision stay readable."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from app.domain.errors import StoreDamaged
from app.domain.evidence import Evidence, EvidenceSummary
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id
from app.store.tables import evidence
from app.store.thread import StoreThread


class EvidenceRecords:
    """The EvidenceStore protocol."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def keep(self, record: Evidence) -> None:
        """Put one record on disk."""
        await self._thread.run(_keep, record)

    async def remove(self, evidence_id: str) -> None:
        """Remove one record, overwriting it; absent is fine."""
        await self._thread.run(_remove, evidence_id)

    async def load(self, evidence_id: str) -> Evidence | None:
        """One record; StoreDamaged when it was altered."""
        return await self._thread.run(_load, evidence_id)

    async def summaries(self, *, limit: int = 200) -> tuple[EvidenceSummary, ...]:
        """Latest first."""
        return await self._thread.run(_summaries, limit)

    async def ids(self) -> tuple[str, ...]:
        """Every record's id, oldest first; opens none, so that a damaged one is still named."""
        return await self._thread.run(_ids)

    async def of(self, person_id: str) -> tuple[Evidence, ...]:
        """Every record about one person, oldest first; damaged ones cannot be told and are passed over."""
        return await self._thread.run(_of, person_id)

    async def purge(self, older_than: datetime) -> int:
        """Remove what was decided before, overwriting it; how many."""
        return await self._thread.run(_purge, older_than)


def _keep(database: Database, record: Evidence) -> None:
    with database.begin() as connection:
        row = next_id(connection, evidence)
        values = {
            "id": row,
            "evidence_id": record.evidence_id,
            "decided_at": from_time(record.decided_at),
            "summary": database.seal(evidence.c.summary, row, pack(_summary(record))),
            "record": database.seal(evidence.c.record, row, pack(record)),
        }
        connection.execute(insert(evidence).values(values))


def _remove(database: Database, evidence_id: str) -> None:
    with database.begin() as connection:
        count = connection.execute(delete(evidence).where(evidence.c.evidence_id == evidence_id)).rowcount
    if count:
        database.scrub()


def _summary(record: Evidence) -> EvidenceSummary:
    return EvidenceSummary(record.evidence_id, record.decided_at, record.decision, record.signature, record.score)


def _load(database: Database, evidence_id: str) -> Evidence | None:
    wanted = select(evidence.c.id, evidence.c.record).where(evidence.c.evidence_id == evidence_id)
    with database.begin() as connection:
        row = connection.execute(wanted).one_or_none()
    return None if row is None else unpack(Evidence, database.unseal(evidence.c.record, row.id, row.record))


def _summaries(database: Database, limit: int) -> tuple[EvidenceSummary, ...]:
    wanted = select(evidence.c.id, evidence.c.summary).order_by(evidence.c.id.desc()).limit(limit)
    with database.begin() as connection:
        rows = connection.execute(wanted).all()
    return tuple(unpack(EvidenceSummary, database.unseal(evidence.c.summary, row.id, row.summary)) for row in rows)


def _ids(database: Database) -> tuple[str, ...]:
    with database.begin() as connection:
        return tuple(connection.scalars(select(evidence.c.evidence_id).order_by(evidence.c.id)))


def _of(database: Database, person_id: str) -> tuple[Evidence, ...]:
    with database.begin() as connection:
        rows = connection.execute(select(evidence.c.id, evidence.c.record).order_by(evidence.c.id)).all()
    found = (_opened(database, row.id, row.record) for row in rows)
    return tuple(record for record in found if record is not None and record.person_id == person_id)


def _opened(database: Database, row: int, sealed: bytes) -> Evidence | None:
    try:
        return unpack(Evidence, database.unseal(evidence.c.record, row, sealed))
    except StoreDamaged:
        return None


def _purge(database: Database, older_than: datetime) -> int:
    with database.begin() as connection:
        old = evidence.c.decided_at < from_time(older_than)
        count = connection.execute(delete(evidence).where(old)).rowcount
    if count:
        database.scrub()
    return int(count)
