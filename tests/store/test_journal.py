"""The journal: in order, complete, and never changed."""

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.domain.records import JournalEntry, JournalQuery
from app.store import MemoryVault, Store, SystemKeyring
from app.store.database import Database
from app.store.journal import write_entries
from tests.store import tamper


async def test_entries_come_back_latest_first(store: Store) -> None:
    for number in range(5):
        person = "P-1" if number % 2 else ""
        await store.journal.append(JournalEntry(f"act-{number}", "ana", person, "iris-1", {"n": str(number)}))
    assert [entry.action for entry in await store.journal.entries()] == [f"act-{n}" for n in (4, 3, 2, 1, 0)]
    assert [entry.action for entry in await store.journal.entries(limit=2)] == ["act-4", "act-3"]
    (last, first) = await store.journal.entries(person_id="P-1")
    assert (last.facts, first.device_id) == ({"n": "3"}, "iris-1")
    assert last.at is not None
    assert datetime.now(UTC) - last.at < timedelta(minutes=1)


async def test_a_given_time_is_kept_as_the_same_moment(store: Store) -> None:
    at = datetime(2026, 7, 1, 14, 30, 15, 123456, tzinfo=timezone(timedelta(hours=-5)))
    await store.journal.append(JournalEntry("act", "ana", at=at))
    (entry,) = await store.journal.entries()
    assert entry.at == at


@pytest.mark.parametrize(
    "act", ["DELETE FROM journal", "UPDATE journal SET at = 0", "UPDATE journal SET seq = seq + 5"]
)
async def test_the_database_itself_refuses_to_forget(folder: Path, vault: MemoryVault, act: str) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.journal.append(JournalEntry("act", "ana"))
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(act)
        assert raw.execute("SELECT count(*) FROM journal").fetchone() == (1,)


async def test_numbers_have_no_gaps_although_an_act_failed(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.journal.append(JournalEntry("one", "ana"))
        with pytest.raises(TypeError):
            await store.journal.append(JournalEntry("bad", "ana", facts={"x": object()}))  # type: ignore[dict-item]
        await store.journal.append(JournalEntry("two", "ana"))
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        assert raw.execute("SELECT seq FROM journal ORDER BY seq").fetchall() == [(1,), (2,)]


def _write(database: Database, acts: Sequence[JournalEntry]) -> None:
    with database.begin() as connection:
        write_entries(connection, database, acts)


async def test_acts_are_found_by_person_kind_and_day_page_by_page_and_an_altered_one_hides_no_other(
    folder: Path, vault: MemoryVault
) -> None:
    day = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        kinds = {3: "rare", 700: "rare"}
        acts = [
            JournalEntry(kinds.get(number, "usual"), "ana", f"P-{number % 2}", at=day + timedelta(hours=number))
            for number in range(1, 1202)
        ]
        await store._thread.run(_write, acts)
    tamper.edit(folder, 1200)
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        latest = await store.journal.find(JournalQuery(limit=3))
        assert [(each.number, each.entry.action) for each in latest] == [
            (1201, "usual"), (1200, "entry-unreadable"), (1199, "usual"),
        ]  # fmt: skip
        older = await store.journal.find(JournalQuery(limit=2, before=latest[-1].number))
        assert [each.number for each in older] == [1198, 1197]
        assert [each.number for each in await store.journal.find(JournalQuery(action="rare"))] == [700, 3]
        assert [each.number for each in await store.journal.find(JournalQuery("P-0", "rare"))] == [700]
        hours = JournalQuery(since=day + timedelta(hours=5), until=day + timedelta(hours=8))
        assert [each.number for each in await store.journal.find(hours)] == [7, 6, 5]
        assert len(await store.journal.entries(limit=5)) == 5
