"""The store's thread: one, named, bounded, gone after closing."""

import asyncio
import threading
from pathlib import Path

import pytest

from app.domain.errors import StoreDamaged, StoreError
from app.store import MemoryVault, Store, SystemKeyring
from app.store.database import Database


def _store_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "store"]


async def test_one_thread_while_open_and_none_after(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)):
        assert len(_store_threads()) == 1
    assert _store_threads() == []


async def test_a_store_that_did_not_open_leaves_no_thread_and_no_lock(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)):
        pass
    whole = (folder / "station.db").read_bytes()
    (folder / "station.db").write_bytes(b"x" * 5000)
    with pytest.raises(StoreDamaged):
        await Store.open(folder, SystemKeyring(vault))
    for thread in _store_threads():
        await asyncio.to_thread(thread.join, 5)
    (folder / "station.db").write_bytes(whole)
    async with await Store.open(folder, SystemKeyring(vault)):
        pass


async def test_work_whose_waiter_is_gone_before_it_began_is_dropped(store: Store) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(_database: Database) -> None:
        begun.set()
        go_on.wait(10)

    holding = asyncio.create_task(store._thread.run(hold))
    await asyncio.to_thread(begun.wait, 10)
    waiting = asyncio.create_task(store.drafts.create("d", b"", label="", step=""))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    await holding
    assert await store.drafts.drafts() == ()


async def test_closing_finishes_what_was_asked_for(folder: Path, vault: MemoryVault) -> None:
    store = await Store.open(folder, SystemKeyring(vault))
    asked = [asyncio.create_task(store.drafts.create(f"d{n}", b"", label="", step="")) for n in range(20)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*asked)
    async with await Store.open(folder, SystemKeyring(vault)) as again:
        assert len(await again.drafts.drafts()) == 20


async def test_other_loops_may_use_it_too(store: Store) -> None:
    def elsewhere() -> None:
        asyncio.run(store.drafts.create("from-another-loop", b"", label="", step=""))

    await asyncio.to_thread(elsewhere)
    assert len(await store.drafts.drafts()) == 1


async def test_the_database_refuses_other_threads(store: Store) -> None:
    databases: list[Database] = []
    await store._thread.run(databases.append)
    with pytest.raises(AssertionError), databases[0].begin():
        pass


async def test_a_fault_in_one_piece_of_work_does_not_end_the_thread(store: Store) -> None:
    def fail(_database: Database) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store._thread.run(fail)
    with pytest.raises(StoreError):
        await store.drafts.keep("nobody", (), b"")
    assert await store.drafts.drafts() == ()
