"""Every way to tamper with the journal is told apart from the others, by the entries concerned."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.domain.audit import AuditFault, AuditReport, Checkpoint, bond, examine
from app.domain.records import JournalEntry
from app.store import MemoryVault, Store, SystemKeyring, chain, checkpoints, journal_file
from app.store.codec import pack
from app.store.database import Database, from_time
from app.store.tables import journal
from tests.store import tamper
from tests.store.older import back_to_the_first_schema
from tests.store.people import START, enrollment

COUNT = 12
Told = list[tuple[str, int, int]]


async def _write(folder: Path, vault: MemoryVault, count: int = COUNT) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(enrollment("P-1"), targets=("a",), actor="ana")
        for number in range(2, count + 1):
            await store.journal.append(JournalEntry(f"act-{number}", "ana", "P-1", facts={"n": str(number)}))


async def _look(folder: Path, vault: MemoryVault, head: str = "") -> AuditReport:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        return await store.journal.verify(head=head)


def _told(report: AuditReport) -> Told:
    return [(each.fault.value, each.first, each.last) for each in report.findings]


async def test_a_journal_that_nobody_touched_holds(folder: Path, vault: MemoryVault) -> None:
    await _write(folder, vault)
    report = await _look(folder, vault)
    assert (report.entries, report.signed, report.head.count, _told(report)) == (COUNT, COUNT, COUNT, [])
    assert (await _look(folder, vault, report.head.short)).holds
    assert _told(await _look(folder, vault, "12 · 0000 0000 0000 0000")) == [("foreign-head", 0, 0)]


KIT: dict[str, tuple[Callable[[Path, MemoryVault], object], Told]] = {
    "edit": (lambda folder, _: tamper.edit(folder, 5), [("altered", 5, 5)]),
    "edit the first": (lambda folder, _: tamper.edit(folder, 1), [("altered", 1, 1)]),
    "edit the last": (lambda folder, _: tamper.edit(folder, COUNT), [("altered", COUNT, COUNT)]),
    "edit with the key": (lambda folder, vault: tamper.edit_with_the_key(folder, vault, 7), [("altered", 7, 7)]),
    "restamp": (lambda folder, _: tamper.restamp(folder, 6, timedelta(hours=-3)), [("restamped", 6, 6)]),
    "restamp the last": (lambda folder, _: tamper.restamp(folder, COUNT, timedelta(1)), [("restamped", COUNT, COUNT)]),
    "delete one": (lambda folder, _: tamper.delete(folder, 4, 4), [("removed", 4, 4)]),
    "delete some": (lambda folder, _: tamper.delete(folder, 1, 3), [("removed", 1, 3)]),
    "cut": (lambda folder, _: tamper.cut(folder, 9), [("cut", 10, COUNT)]),
    "cut everything": (lambda folder, _: tamper.cut(folder, 0), [("cut", 1, COUNT)]),
    "append": (lambda folder, _: tamper.append_forged(folder), [("appended", COUNT + 1, COUNT + 1)]),
    "swap": (lambda folder, _: tamper.swap(folder, 3, 4), [("altered", 3, 3), ("altered", 4, 4)]),
    "checkpoints away": (lambda folder, _: tamper.take_back(folder, 0), [("checkpoints-missing", 1, 1)]),
    "checkpoint forged": (
        lambda folder, _: tamper.forge_checkpoint(folder, 9),
        [("checkpoint-forged", 1, 1), ("checkpoints-missing", 1, 1)],
    ),
    "two at once": (
        lambda folder, _: tamper.edit_and_delete(folder, 3, 8, 9),
        [("altered", 3, 3), ("removed", 8, 9)],
    ),
}


@pytest.mark.parametrize("name", KIT)
async def test_the_tamper_kit_is_caught(folder: Path, vault: MemoryVault, name: str) -> None:
    tampering, expected = KIT[name]
    await _write(folder, vault)
    tampering(folder, vault)
    assert _told(await _look(folder, vault)) == expected
    assert _told(await _look(folder, vault)) == expected, "and it stays so"


@pytest.mark.parametrize("name", ["edit", "restamp", "delete one", "cut", "append"])
async def test_it_is_still_caught_after_the_station_went_on(folder: Path, vault: MemoryVault, name: str) -> None:
    tampering, ((fault, first, last),) = KIT[name]
    await _write(folder, vault)
    tampering(folder, vault)
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        for _ in range(3):
            await store.journal.append(JournalEntry("later", "ana"))
    report = await _look(folder, vault)
    assert _told(report) == [("removed" if fault == "cut" else fault, first, last)]


async def test_a_whole_older_database_is_noticed_by_the_checkpoints(
    folder: Path, vault: MemoryVault, tmp_path: Path
) -> None:
    await _write(folder, vault)
    shutil.copy(folder / "station.db", tmp_path / "older.db")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.journal.append(JournalEntry("embarrassing", "ana"))
        receipt = (await store.journal.head()).short
    shutil.copy(tmp_path / "older.db", folder / "station.db")
    assert _told(await _look(folder, vault)) == [("cut", COUNT + 1, COUNT + 1)]
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.journal.append(JournalEntry("harmless", "ana"))
    assert _told(await _look(folder, vault)) == [("altered", COUNT + 1, COUNT + 1)]
    assert ("foreign-head", 0, 0) in _told(await _look(folder, vault, receipt))


async def test_a_clock_that_went_back_is_told_by_the_first_entry_after_it(store: Store) -> None:
    now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    for minutes in (0, 1, -60, -59):
        await store.journal.append(JournalEntry("act", "ana", at=now + timedelta(minutes=minutes)))
    assert _told(await store.journal.verify()) == [("clock-back", 3, 3)]


async def test_entries_from_before_the_chain_are_chained(folder: Path, vault: MemoryVault) -> None:
    await _write(folder, vault)
    back_to_the_first_schema(folder)
    report = await _look(folder, vault)
    assert (report.entries, _told(report)) == (COUNT, [])
    tamper.edit(folder, 2)
    assert _told(await _look(folder, vault)) == [("altered", 2, 2)]


async def test_a_new_key_of_the_store_changes_nothing(store: Store) -> None:
    for number in range(5):
        await store.journal.append(JournalEntry(f"act-{number}", "ana", "P-1"))
    before = await store.journal.head()
    await store.rotate_key()
    assert await store.journal.head() == before
    assert (await store.journal.verify()).holds


async def test_checkpoints_come_after_a_hundred_entries_at_close_and_after_a_crash(
    folder: Path, vault: MemoryVault, tmp_path: Path
) -> None:
    store = await Store.open(folder, SystemKeyring(vault))
    for number in range(103):
        await store.journal.append(JournalEntry(f"act-{number}", "ana"))
    left = tmp_path / "left"
    shutil.copytree(folder, left, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    await store.close()
    assert [(each.count, each.reason) for each in _checkpoints(folder)] == [(100, "count"), (103, "close")]
    async with await Store.open(left, SystemKeyring(vault)) as again:
        assert (await again.journal.verify()).holds
    assert [(each.count, each.reason) for each in _checkpoints(left)] == [(100, "count"), (103, "open")]


async def test_a_day_after_the_last_checkpoint_another_is_due(folder: Path, vault: MemoryVault) -> None:
    await _write(folder, vault)
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        for days in (0, 2):
            at = datetime.now(UTC) + timedelta(days=days)
            await store.journal.append(JournalEntry("act", "ana", at=at))
        assert [(each.count, each.reason) for each in _checkpoints(folder)] == [(COUNT, "close"), (COUNT + 2, "daily")]


def _checkpoints(folder: Path) -> list[Checkpoint]:
    lines = (folder / checkpoints.NAME).read_bytes().splitlines()
    return [each for each in map(checkpoints.parse, lines) if each is not None]


async def test_a_day_in_which_nothing_more_happens_ends_with_a_checkpoint(store: Store, folder: Path) -> None:
    await store.journal.append(JournalEntry("act", "ana", at=datetime.now(UTC) - timedelta(hours=25)))
    await store._thread.run(checkpoints.write_daily)
    await store._thread.run(checkpoints.write_daily)
    assert [(each.count, each.reason) for each in _checkpoints(folder)] == [(1, "daily")]


async def test_a_line_that_a_power_cut_left_half_is_no_tampering(folder: Path, vault: MemoryVault) -> None:
    await _write(folder, vault)
    with (folder / checkpoints.NAME).open("ab") as file:
        file.write(b'{"number":2,"cou')
    assert (await _look(folder, vault)).holds


async def test_an_export_is_verified_without_the_store(store: Store) -> None:
    for number in range(1, 9):
        await store.journal.append(JournalEntry(f"act-{number}", "ana", "P-1"))
    data, key = await store.journal.export(), await store.identity.public_key()
    lines = data.splitlines(keepends=True)

    def look(text: bytes, key: str = key) -> Told:
        copy = journal_file.read(text, key)
        return _told(examine(copy.rows, copy.checkpoints, copy.kept))

    assert look(data) == []
    assert look(data.replace(b"act-4", b"act-X")) == [("altered", 4, 4)]
    assert look(b"".join(lines[:3] + lines[4:])) == [("removed", 3, 3)]
    assert look(b"".join(lines[:7] + lines[9:])) == [("cut", 7, 8)]
    assert look(b"".join([*lines[:9], lines[8].replace(b'"seq": 8', b'"seq": 9'), *lines[9:]])) == [("appended", 9, 9)]
    at = lines[5].split(b'"at": ')[1].split(b",")[0]
    assert look(data.replace(at, str(int(at) + 5).encode())) == [("restamped", 5, 5)]
    assert AuditFault.CHECKPOINT_FORGED in {fault for fault, _, _ in look(data, OTHER_KEY)}


OTHER_KEY = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""


def _fill(database: Database, count: int) -> None:
    """Many entries in one go, as `write_entry` would write them one by one."""
    head, rows = chain.Head(), []
    for seq in range(1, count + 1):
        moment = START + timedelta(seconds=seq)
        packed = pack(JournalEntry("person-saved", "ana", f"P-{seq}", facts={"n": "1"}, at=moment))
        tie = bond(head.link, seq, from_time(moment), bytes(16), chain.text_of(packed))
        head = replace(head, count=seq, link=tie.link, at=from_time(moment))
        values = {
            "entry": database.seal(journal.c.entry, seq, packed),
            "tie": database.seal(journal.c.tie, seq, pack(tie)),
        }
        rows.append({"seq": seq, "at": from_time(moment), "digest": None, **values})
    with database.begin() as connection:
        connection.execute(insert(journal), rows)
        chain.put(connection, database, head)


async def test_ten_thousand_entries_are_looked_through_in_about_a_second(store: Store) -> None:
    await store._thread.run(_fill, 10_000)
    began = time.process_time()
    report = await store.journal.verify()
    assert (report.entries, report.head.count, report.findings) == (10_000, 10_000, ())
    assert time.process_time() - began < 5, "a second on an idle desk"
