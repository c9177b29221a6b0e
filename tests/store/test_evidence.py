"""Evidence comes back as it was kept, or not at all."""

import contextlib
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.errors import StoreDamaged, StoreError
from app.store import MemoryVault, Store, SystemKeyring
from tests.store.evidence import AT, record
from tests.store.files import all_bytes
from tests.store.older import back_to_the_first_schema


async def test_a_record_comes_back_whole_and_in_the_list(store: Store) -> None:
    first, second = record(), record(evidence_id="e-2", score=None, decided_at=AT + timedelta(days=1))
    await store.evidence.keep(first)
    await store.evidence.keep(second)
    assert await store.evidence.load("e-1") == first
    assert await store.evidence.load("e-3") is None
    assert [one.evidence_id for one in await store.evidence.summaries()] == ["e-2", "e-1"]
    assert await store.evidence.ids() == ("e-1", "e-2")


async def test_a_record_is_never_replaced(store: Store) -> None:
    await store.evidence.keep(record())
    with pytest.raises(StoreError):
        await store.evidence.keep(record(score=9999.0))
    kept = await store.evidence.load("e-1")
    assert kept is not None
    assert kept.score == 3500.0


async def test_old_records_are_purged_from_the_disk(store: Store, folder: Path) -> None:
    await store.evidence.keep(record())
    await store.evidence.keep(record(evidence_id="e-2", decided_at=AT + timedelta(days=9)))
    assert await store.evidence.purge(AT + timedelta(days=1)) == 1
    assert await store.evidence.ids() == ("e-2",)
    assert b"c-1" not in all_bytes(folder)


async def test_a_record_altered_on_disk_is_damage(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.evidence.keep(record())
        await store.evidence.keep(record(evidence_id="e-2"))
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        raw.execute("UPDATE evidence SET record = (SELECT record FROM evidence WHERE id = 2) WHERE id = 1")
        raw.commit()
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        with pytest.raises(StoreDamaged):
            await store.evidence.load("e-1")
        assert await store.evidence.load("e-2") is not None


async def test_records_survive_a_change_of_key(store: Store) -> None:
    await store.evidence.keep(record())
    await store.rotate_key()
    assert await store.evidence.load("e-1") == record()


async def test_a_store_of_the_first_schema_gets_the_table(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)):
        pass
    back_to_the_first_schema(folder)
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.evidence.keep(record())
        assert await store.evidence.ids() == ("e-1",)


async def test_the_evidence_about_one_person_is_found_by_the_person(store: Store) -> None:
    await store.evidence.keep(record(person_id="100"))
    await store.evidence.keep(record(evidence_id="e-2", person_id="200"))
    await store.evidence.keep(record(evidence_id="e-3", person_id="100"))
    assert [one.evidence_id for one in await store.evidence.of("100")] == ["e-1", "e-3"]
    assert await store.evidence.of("300") == ()
