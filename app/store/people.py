"""Enrolled persons: the record, the samples, what is to be delivered, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, delete, insert, select, update

from app.domain.access import Holder
from app.domain.enrollment import Enrollment
from app.domain.modality import Modality
from app.domain.records import JournalEntry, PeoplePage, PersonRecord, PersonSummary
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id
from app.store.doors import drop_passages
from app.store.drafts import delete_draft
from app.store.features import drop_stale_features
from app.store.index import Indexed, PeopleIndex, PersonHead, head_of
from app.store.journal import PERSON, write_entry
from app.store.outbox import create_jobs, deliveries_of
from app.store.packing import sample_from, sample_values
from app.store.tables import people, samples
from app.store.thread import StoreThread

FILL_ROWS = 500
SAVED, REPLACED, REMOVED = "person-saved", "person-replaced", "person-removed"


@dataclass(frozen=True)
class _Save:
    """One call of save, as a value."""

    enrollment: Enrollment = field(repr=False)
    targets: tuple[str, ...]
    actor: str
    draft_id: str | None


class PeopleWatcher(Protocol):
    """Who wants to know that somebody was saved or removed; called on the store's thread, right after the commit."""

    def saved(self, enrollment: Enrollment) -> None:
        """A new person, or one with a new revision; must return at once."""

    def removed(self, person_id: str) -> None:
        """A person is gone; must return at once."""


class People:
    """The PeopleStore protocol."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread
        self._index = PeopleIndex()  # touched on the store's thread alone
        self._watchers: list[PeopleWatcher] = []

    def watch(self, watcher: PeopleWatcher) -> None:
        """Tell somebody of everyone who is saved or removed from now on, whoever does it."""
        self._watchers.append(watcher)

    async def save(
        self, enrollment: Enrollment, *, targets: tuple[str, ...], actor: str, draft_id: str | None = None
    ) -> None:
        """One transaction: record, samples, journal entry, one job per target, the draft gone.

        An existing person is replaced with the next revision; features of fingers that changed go.
        """
        await self._thread.run(self._save, _Save(enrollment, targets, actor, draft_id))

    async def search(self, text: str, *, limit: int = 50, offset: int = 0) -> PeoplePage:
        """Persons whose name, identifier, fields or card contain every word, without case and marks; latest first."""
        await self.warm()
        return await self._thread.run(_search, self._index, text, limit, offset)

    async def get(self, person_id: str) -> PersonRecord | None:
        """One person with samples and deliveries."""
        return await self._thread.run(_get, person_id)

    async def remove(self, person_id: str, *, actor: str) -> bool:
        """Delete with samples, features and jobs, overwrite what was freed, cut the write-ahead log."""
        return await self._thread.run(self._remove, person_id, actor)

    async def find_field(self, name: str, value: str) -> str | None:
        """The latest person whose field has this value; the field "card" looks at captured cards too."""
        await self.warm()
        return await self._thread.run(_find_field, self._index, name, value)

    async def holders(self) -> tuple[Holder, ...]:
        """What doors need of everybody; changes afterwards are told to watchers."""
        await self.warm()
        return await self._thread.run(_holders, self._index)

    async def warm(self) -> None:
        """Read the index, some hundred people at a time so that nothing else waits; at once when it is read already."""
        while not await self._thread.run(_fill, self._index):
            pass

    def forgotten(self, record: int, person_id: str) -> None:
        """An erasure removed this row: index and watchers forget too. On the store's thread."""
        self._index.remove(record)
        for watcher in self._watchers:
            watcher.removed(person_id)

    def _save(self, database: Database, call: _Save) -> None:
        _save(database, self._index, call)
        for watcher in self._watchers:
            watcher.saved(call.enrollment)

    def _remove(self, database: Database, person_id: str, actor: str) -> bool:
        gone = _remove(database, self._index, person_id, actor)
        for watcher in self._watchers:
            watcher.removed(person_id)
        return gone


def _row(connection: Connection, database: Database, person_id: str) -> Any:
    wanted = select(people.c.id, people.c.revision, people.c.record)
    return connection.execute(
        wanted.where(people.c.digest.in_(database.cipher.digests(PERSON, person_id)))
    ).one_or_none()


def _save(database: Database, index: PeopleIndex, call: _Save) -> None:
    now = datetime.now(UTC)
    head = head_of(call.enrollment, now)
    with database.begin() as connection:
        old = _row(connection, database, head.person_id)
        record, revision = (old.id, old.revision + 1) if old else (next_id(connection, people), 1)
        values = _values(database, record, call.enrollment, head) | {"revision": revision, "saved_at": from_time(now)}
        if old:
            _clear(connection, database, record, call.enrollment)
            connection.execute(update(people).where(people.c.id == record).values(values))
        else:
            connection.execute(insert(people).values(values))
        _insert_samples(connection, database, record, call.enrollment)
        create_jobs(connection, database, record, revision, call.targets)
        write_entry(connection, database, _entry(call, revision))
        if call.draft_id is not None:
            delete_draft(connection, database, call.draft_id)
    index.put(record, head)


def _values(database: Database, record: int, enrollment: Enrollment, head: PersonHead) -> dict[str, Any]:
    return {
        "id": record,
        "digest": database.cipher.digest(PERSON, head.person_id),
        "summary": database.seal(people.c.summary, record, pack(head)),
        "record": database.seal(people.c.record, record, pack(replace(enrollment, samples=()))),
    }


def _entry(call: _Save, revision: int) -> JournalEntry:
    facts = {
        "revision": str(revision),
        "samples": str(len(call.enrollment.samples)),
        "targets": str(len(set(call.targets))),
    }
    action = SAVED if revision == 1 else REPLACED
    return JournalEntry(action, call.actor, call.enrollment.person.person_id, facts=facts)


def _clear(connection: Connection, database: Database, record: int, new: Enrollment) -> None:
    """Before a person is replaced: the old samples go, and features of fingers that are no longer the same."""
    old = [sample for sample in _samples(connection, database, record) if sample.position.modality is Modality.FINGER]
    same = {(sample.position, sample.digest) for sample in new.of(Modality.FINGER)}
    stale = {sample.position for sample in old if (sample.position, sample.digest) not in same}
    drop_stale_features(connection, record, stale)
    connection.execute(delete(samples).where(samples.c.person == record))


def _insert_samples(connection: Connection, database: Database, record: int, enrollment: Enrollment) -> None:
    for sample in enrollment.samples:
        values = sample_values(database, samples, next_id(connection, samples), sample)
        connection.execute(insert(samples).values(values | {"person": record}))


def _samples(connection: Connection, database: Database, record: int) -> Sequence[Any]:
    wanted = select(samples.c.id, samples.c.body, samples.c.image).where(samples.c.person == record)
    rows = connection.execute(wanted.order_by(samples.c.id)).all()
    return tuple(sample_from(database, samples, row.id, row.body, row.image) for row in rows)


def _get(database: Database, person_id: str) -> PersonRecord | None:
    with database.begin() as connection:
        row = _row(connection, database, person_id)
        if row is None:
            return None
        taken = _samples(connection, database, row.id)
        deliveries = deliveries_of(connection, database, [row.id]).get(row.id, ())
    bare = unpack(Enrollment, database.unseal(people.c.record, row.id, row.record))
    return PersonRecord(replace(bare, samples=tuple(taken)), row.revision, deliveries)


def _remove(database: Database, index: PeopleIndex, person_id: str, actor: str) -> bool:
    with database.begin() as connection:
        row = _row(connection, database, person_id)
        if row is None:
            return False
        connection.execute(delete(people).where(people.c.id == row.id))
        drop_passages(connection, database, person_id)
        write_entry(connection, database, JournalEntry(REMOVED, actor, person_id))
    index.remove(row.id)
    database.scrub()
    return True


def _fill(database: Database, index: PeopleIndex) -> bool:
    """Read the next people into the index; True when all are in."""
    if not index.complete:
        wanted = select(people.c.id, people.c.summary).where(people.c.id > index.filled_to)
        with database.begin() as connection:
            rows = connection.execute(wanted.order_by(people.c.id).limit(FILL_ROWS)).all()
        index.fill((row.id, _head(database, row)) for row in rows)
        index.complete = len(rows) < FILL_ROWS
    return index.complete


def _head(database: Database, row: Any) -> PersonHead:
    return unpack(PersonHead, database.unseal(people.c.summary, row.id, row.summary))


def _search(database: Database, index: PeopleIndex, text: str, limit: int, offset: int) -> PeoplePage:
    found = index.search(text)
    page = found[offset : offset + limit]
    with database.begin() as connection:
        deliveries = deliveries_of(connection, database, [entry.record for entry in page])
    return PeoplePage(tuple(_summary(entry, deliveries.get(entry.record, ())) for entry in page), len(found))


def _summary(entry: Indexed, deliveries: tuple[Any, ...]) -> PersonSummary:
    head = entry.head
    return PersonSummary(head.person_id, head.full_name, head.enrolled_at, head.positions, deliveries)


def _holders(_database: Database, index: PeopleIndex) -> tuple[Holder, ...]:
    return index.holders()


def _find_field(_database: Database, index: PeopleIndex, name: str, value: str) -> str | None:
    return index.with_field(name, value)
