"""Passages at doors survive a restart, go with their person, and are found under a new key."""

from datetime import timedelta
from pathlib import Path

from app.domain.access import Holder
from app.domain.door import Passage
from app.domain.enrollment import Enrollment
from app.domain.person import Person
from app.domain.records import JournalEntry
from app.store import MemoryVault, Store, SystemKeyring
from tests.store.people import START, card, enrollment

IN = Passage("hall", "1000", True, START, 11)
OUT = Passage("hall", "1000", False, START + timedelta(minutes=1), 12)


async def test_the_latest_passage_of_each_zone_survives_a_restart(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        other = Passage("yard", "1000", True, START)
        await store.doors.keep([IN, other], [JournalEntry("door-granted", "gateway", "1000")])
        await store.doors.keep([OUT], [])
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        assert set(await store.doors.passages()) == {OUT, other}
        assert [one.action for one in await store.journal.entries(person_id="1000")] == ["door-granted"]


async def test_passages_go_with_their_person_and_when_they_are_forgotten(store: Store) -> None:
    await store.people.save(enrollment("1000"), targets=(), actor="clerk")
    await store.doors.keep([IN, Passage("hall", "1001", True, START)], [])
    await store.people.remove("1000", actor="clerk")
    assert [one.person_id for one in await store.doors.passages()] == ["1001"]
    await store.doors.forget("1001", JournalEntry("passage-forgotten", "clerk", "1001"))
    assert await store.doors.passages() == ()


async def test_passages_are_found_after_the_key_has_changed(store: Store) -> None:
    await store.doors.keep([IN], [])
    await store.rotate_key()
    await store.doors.keep([OUT], [])
    assert await store.doors.passages() == (OUT,)


async def test_everybody_is_told_to_doors_with_validity_and_cards(folder: Path, vault: MemoryVault) -> None:
    person = Person("1000", "L", "F", {"group": "Staff"}, START, START + timedelta(days=1), disabled=True)
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(Enrollment(person, None, (card("04 1D"),)), targets=(), actor="clerk")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        expected = Holder("1000", "L", "F", "Staff", ("41d",), START, START + timedelta(days=1), True)
        assert await store.people.holders() == (expected,)
        record = await store.people.get("1000")
        assert record is not None
        assert record.enrollment.person == person
