"""Keys: where they come from, what happens with a wrong or missing one, and changing them."""

import asyncio
import contextlib
import json
import os
import sqlite3
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from app.domain.errors import (
    InvalidInput,
    KeyFileMissing,
    KeyringClosed,
    StoreDamaged,
    StoreError,
    StoreKeyMissing,
    StoreKeyWrong,
    StoreNewer,
)
from app.domain.modality import Position
from app.store import KeySource, MemoryVault, Passphrase, Store, SystemKeyring, key_method_of, rotation
from tests.store.files import contents
from tests.store.people import enrollment, kept

PHRASE = Passphrase("correct horse battery")


async def filled(folder: Path, source: KeySource) -> None:
    """A store with a person, a draft and a journal entry."""
    async with await Store.open(folder, source) as store:
        await store.people.save(enrollment("P-1"), targets=("a",), actor="ana")
        await store.drafts.create("d", b"state", label="Ana", step="iris")
        await store.drafts.keep("d", (kept(Position.FACE),), b"state")


async def assert_refused(folder: Path, source: KeySource, leaf: type[StoreError]) -> StoreError:
    """Opening raises this leaf and changes no byte of the store."""
    before = contents(folder)
    with pytest.raises(leaf) as refused:
        await Store.open(folder, source)
    assert type(refused.value) is leaf
    assert contents(folder) == before
    return refused.value


async def test_a_passphrase_opens_its_store_and_no_other_does(folder: Path) -> None:
    assert key_method_of(folder) is None
    await filled(folder, PHRASE)
    assert key_method_of(folder) == "passphrase"
    await assert_refused(folder, Passphrase("correct horse batterY"), StoreKeyWrong)
    async with await Store.open(folder, PHRASE) as store:
        assert await store.people.get("P-1") is not None
    node = json.loads((folder / "station.keys").read_bytes())
    assert (node["parameters"]["memory_kib"], node["parameters"]["iterations"]) == (64 * 1024, 3)
    if os.name == "posix":
        assert (folder / "station.keys").stat().st_mode & 0o777 == 0o600
        assert (folder / "station.db").stat().st_mode & 0o777 == 0o600


async def test_a_short_passphrase_makes_no_store(folder: Path) -> None:
    with pytest.raises(InvalidInput):
        await Store.open(folder, Passphrase("seven77"))
    assert not (folder / "station.db").exists()
    assert not (folder / "station.keys").exists()


async def test_a_store_of_a_keyring_wants_that_keyring(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    error = await assert_refused(folder, SystemKeyring(MemoryVault()), StoreKeyMissing)
    assert error.facts == {"method": "keyring", "reason": "no-entry"}
    error = await assert_refused(folder, PHRASE, StoreKeyMissing)
    assert error.facts == {"method": "keyring", "reason": "other-method"}
    wrong = MemoryVault(dict.fromkeys(vault.entries, "A" * 43 + "="))
    await assert_refused(folder, SystemKeyring(wrong), StoreKeyWrong)
    await assert_refused(folder, SystemKeyring(MemoryVault(dict.fromkeys(vault.entries, "short"))), StoreKeyWrong)


async def test_without_any_keyring_the_key_is_missing(folder: Path) -> None:
    usual = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # what a computer without Secret Service has
    try:
        assert not SystemKeyring.available()
        with pytest.raises(KeyringClosed) as missing:
            await Store.open(folder, SystemKeyring())
    finally:
        keyring.set_keyring(usual)
    assert missing.value.facts == {"method": "keyring", "reason": "no-keyring"}
    assert not (folder / "station.db").exists()


async def test_a_lost_key_file_is_said_and_not_replaced(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    (folder / "station.keys").unlink()
    await assert_refused(folder, SystemKeyring(vault), KeyFileMissing)
    assert not (folder / "station.keys").exists()


async def test_a_keyring_that_fails_in_its_own_way_is_closed(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))

    class Locked(MemoryVault):
        def get_password(self, service: str, username: str) -> str | None:
            raise ConnectionResetError("the bus is gone")

    error = await assert_refused(folder, SystemKeyring(Locked()), KeyringClosed)
    assert error.facts["reason"] == "refused"


async def test_the_key_file_of_another_store_is_a_wrong_key(tmp_path: Path, folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    other = tmp_path / "other"
    await filled(other, SystemKeyring(vault))
    (folder / "station.keys").write_bytes((other / "station.keys").read_bytes())
    await assert_refused(folder, SystemKeyring(vault), StoreKeyWrong)


@pytest.mark.parametrize(
    ("change", "leaf"),
    [
        ({"format": 2}, StoreNewer),
        ({"keys": {"1": "!"}}, StoreDamaged),
        ({"keys": []}, StoreDamaged),
        ({"active": 9}, StoreDamaged),
        ({"keys": {"1": ""}}, StoreKeyWrong),
    ],
)
async def test_an_altered_key_file_is_named(
    folder: Path, vault: MemoryVault, change: dict[str, object], leaf: type[StoreError]
) -> None:
    await filled(folder, SystemKeyring(vault))
    path = folder / "station.keys"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    await assert_refused(folder, SystemKeyring(vault), leaf)
    path.write_bytes(b"\0" * 100)
    await assert_refused(folder, SystemKeyring(vault), StoreDamaged)


async def test_absurd_passphrase_parameters_are_refused(folder: Path) -> None:
    await filled(folder, PHRASE)
    path = folder / "station.keys"
    node = json.loads(path.read_bytes())
    for change in ({"memory_kib": 10**9}, {"iterations": 10**6}, {"lanes": "4"}, {"salt": "!"}, {"salt": ""}):
        path.write_text(json.dumps(node | {"parameters": node["parameters"] | change}))
        await assert_refused(folder, PHRASE, StoreDamaged)


async def test_a_new_passphrase_replaces_the_old_one(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.change_source(PHRASE)
        await store.people.save(enrollment("P-2"), targets=(), actor="ana")
    assert vault.entries == {}
    await assert_refused(folder, SystemKeyring(vault), StoreKeyMissing)
    async with await Store.open(folder, PHRASE) as store:
        assert (await store.people.search("")).total == 2


async def test_a_former_keyring_entry_that_a_kill_left_is_destroyed_at_the_next_start(
    folder: Path, vault: MemoryVault
) -> None:
    await filled(folder, SystemKeyring(vault))
    path = folder / "station.keys"
    vault.set_password("enrollment-station", "former", "a key")
    note = {"forget": [{"method": "keyring", "parameters": {"entry": "former"}}]}
    path.write_text(json.dumps(json.loads(path.read_bytes()) | note))
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        assert await store.people.get("P-1") is not None
    assert ("enrollment-station", "former") not in vault.entries
    assert json.loads(path.read_bytes())["forget"] == []


async def test_a_new_data_key_leaves_nothing_sealed_with_the_old_one(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    old = contents(folder)["station.keys"]
    entries = dict(vault.entries)
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.rotate_key()
        await store.people.save(enrollment("P-2"), targets=(), actor="ana")
        assert (await store.inspect()).sound
    assert vault.entries.keys() != entries.keys()
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        record = await store.people.get("P-1")
        draft = await store.drafts.load("d")
        assert [entry.action for entry in await store.journal.entries(person_id="P-1")] == ["person-saved"]
        assert (await store.inspect()).rows["keys"] == 1
    assert record is not None
    assert record.enrollment == enrollment("P-1")
    assert draft is not None
    assert draft.samples == (kept(Position.FACE),)
    (folder / "station.keys").write_bytes(old)  # a copy of the old key file, even with the old keyring entry
    await assert_refused(folder, SystemKeyring(MemoryVault(entries)), StoreKeyWrong)


async def test_the_key_can_be_changed_again_and_by_two_at_once(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        for _ in range(3):
            await asyncio.gather(store.rotate_key(), store.rotate_key())
        cancelled = asyncio.create_task(store.rotate_key())
        await store.drafts.drafts()
        cancelled.cancel()
        await asyncio.wait([cancelled])
        await store.rotate_key()
        assert (await store.inspect()).sound
        assert (await store.inspect()).rows["keys"] == 1
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        assert (await store.inspect()).sound
        record = await store.people.get("P-1")
        assert record is not None
        assert record.enrollment == enrollment("P-1")
    assert len(vault.entries) == 1


async def test_the_old_key_stays_while_one_value_cannot_be_moved(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw, raw:
        raw.execute("UPDATE samples SET image = substr(image, 1, 100) WHERE id = 2")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        for _ in range(4):
            with pytest.raises(StoreDamaged):
                await store.rotate_key()
        inspection = await store.inspect()
        assert (inspection.damaged, inspection.rows["keys"]) == (["samples:2"], 2)
        assert (await store.drafts.load("d")) is not None
        assert await store.people.remove("P-1", actor="ana")
        await store.rotate_key()
        assert (await store.inspect()).rows["keys"] == 1


async def test_people_found_and_replaced_while_the_key_changes_stay_one(folder: Path, vault: MemoryVault) -> None:
    await filled(folder, SystemKeyring(vault))
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store._thread.run(rotation.begin, rotation.Sweep())
        assert await store.people.get("P-1") is not None
        await store.people.save(enrollment("P-1", last="Changed"), targets=(), actor="ana")
        await store.drafts.keep("d", (kept(Position.FACE),), b"again")
        draft = await store.drafts.load("d")
        assert draft is not None
        assert len(draft.samples) == 1
    async with await Store.open(folder, SystemKeyring(vault)) as store:  # goes on by itself
        await store.rotate_key()
        record = await store.people.get("P-1")
        assert record is not None
        assert (record.revision, record.enrollment.person.last_name) == (2, "Changed")
        assert (await store.inspect()).rows == (await store.inspect()).rows | {"people": 1, "keys": 1, "drafts": 1}
