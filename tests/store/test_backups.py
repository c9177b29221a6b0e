"""Backups and exported people: whole, encrypted, refused when changed, restored elsewhere."""

import asyncio
from pathlib import Path

import pytest

from app.backup import ENDING, Beside, back_up, newest, restore_now
from app.domain.errors import (
    InvalidInput,
    RestoreUnfinished,
    StationError,
    StoreDamaged,
    StoreError,
    StoreInUse,
    StoreKeyWrong,
)
from app.store import MemoryVault, Passphrase, Store, SystemKeyring
from app.store.backups import method_of, restore
from app.store.erased import NAME as LIST
from app.store.exports import open_person, seal_person, unpack_person
from app.store.opening import BACKUP, RESTORE
from tests.store.people import enrollment

WORDS = "eight letters and more"
WHO = enrollment("P-4711-secret", last="Geheimnis", first="Secretia", document="DOC-0815-X")


async def test_a_backup_with_a_passphrase_is_restored_on_another_computer(store: Store, tmp_path: Path) -> None:
    await store.people.save(WHO, targets=("iris-1",), actor="ana")
    file, elsewhere = tmp_path / "b.esbackup", tmp_path / "elsewhere"
    size = await store.back_up(file, WORDS)
    data = file.read_bytes()
    assert len(data) == size
    assert b"SQLite" not in data
    assert b"Geheimnis" not in data
    await store.people.save(enrollment("P-later"), targets=(), actor="ana")
    assert method_of(file) == "passphrase"
    with pytest.raises(StoreKeyWrong):
        restore(file, elsewhere, Passphrase("another passphrase"), "not this one")
    assert [path.name for path in elsewhere.iterdir()] == ["station.lock"]
    restore(file, elsewhere, Passphrase("another passphrase"), WORDS)
    async with await Store.open(elsewhere, Passphrase("another passphrase")) as again:
        record = await again.people.get("P-4711-secret")
        assert record is not None
        assert record.enrollment == WHO
        assert await again.people.get("P-later") is None
        assert (await again.inspect()).sound
        assert (await again.journal.verify()).holds
        assert await again.outbox.pending() == 1
    with pytest.raises(StoreError):
        restore(file, elsewhere, Passphrase("another passphrase"), WORDS)


async def test_a_backup_leaves_a_shared_folder_to_whoever_shares_it(store: Store, tmp_path: Path) -> None:
    shared = tmp_path / "stick"
    shared.mkdir()
    shared.chmod(0o755)
    await store.back_up(shared / "b.esbackup", WORDS)
    assert shared.stat().st_mode & 0o777 == 0o755
    assert (shared / "b.esbackup").stat().st_mode & 0o077 == 0


async def test_a_scheduled_backup_opens_with_the_stores_own_key_and_old_ones_go(
    store: Store, vault: MemoryVault, tmp_path: Path
) -> None:
    await store.people.save(WHO, targets=(), actor="ana")
    folder = tmp_path / "backups"
    assert newest(folder) is None
    folder.mkdir()
    for number in range(3):
        (folder / f"station-2020010{number}T000000Z{ENDING}").write_bytes(b"old")
    file = await back_up(store, folder, 2)
    assert [path.name for path in sorted(folder.iterdir())][-1] == file.name
    assert len(list(folder.iterdir())) == 2
    assert newest(folder) is not None
    with pytest.raises(StationError):
        restore(file, tmp_path / "thief", SystemKeyring(MemoryVault()), "")
    restore(file, tmp_path / "ours", SystemKeyring(vault), "")
    async with await Store.open(tmp_path / "ours", SystemKeyring(vault)) as again:
        assert await again.people.get("P-4711-secret") is not None


@pytest.mark.parametrize("damage", ["cut", "flip", "swap", "empty"])
async def test_a_damaged_backup_restores_nothing(store: Store, tmp_path: Path, damage: str) -> None:
    file, target = tmp_path / "b.esbackup", tmp_path / "target"
    await store.back_up(file, WORDS)
    data = file.read_bytes()
    middle = len(data) // 2
    file.write_bytes(
        {
            "cut": data[:-40],
            "flip": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
            "swap": data[:6] + data[6:][::-1],
            "empty": b"",
        }[damage]
    )
    with pytest.raises((StoreDamaged, StoreKeyWrong)):
        restore(file, target, Passphrase("another passphrase"), WORDS)
    assert [path.name for path in target.iterdir()] == ["station.lock"]


@pytest.mark.parametrize("moves", [1, 2])
async def test_a_restore_killed_at_any_move_is_named_swept_and_done_anew(
    store: Store, vault: MemoryVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    await store.people.save(WHO, targets=(), actor="ana")
    file, target, key = tmp_path / "b.esbackup", tmp_path / "target", SystemKeyring(vault)
    await store.back_up(file)
    _kill_after(monkeypatch, moves)
    with pytest.raises(_Killed):
        restore(file, target, key, "")
    monkeypatch.undo()
    assert b'{"active"' not in b"".join(path.read_bytes() for path in _like(target, "*/*")), "no key is on disk"
    assert (target / f"{RESTORE}killed").exists()
    if moves == 2:
        with pytest.raises(RestoreUnfinished):
            await Store.open(target, key)
    (target / "station.db-wal").write_bytes(b"of a database that is gone")
    restore(file, target, key, "")
    assert not _like(target, f"{RESTORE}*")
    async with await Store.open(target, key) as again:
        assert await again.people.get("P-4711-secret") is not None
        assert (await again.journal.verify()).holds


async def test_who_was_erased_does_not_come_back_by_a_backup(
    folder: Path, store: Store, vault: MemoryVault, tmp_path: Path
) -> None:
    key, backups, target = SystemKeyring(vault), tmp_path / "backups", tmp_path / "target"
    for person in (WHO, enrollment("P-kept"), enrollment("P-again")):
        await store.people.save(person, targets=("iris-1",), actor="ana")
    state = b'{"person": {"person_id": "P-4711-secret"}}'
    await store.drafts.create("d1", state, label="Secretia", step="iris")
    await store.drafts.create("d2", b'{"person": {"person_id": "P-other"}}', label="Other", step="iris")
    file = backups / "b.esbackup"
    await store.back_up(file, WORDS)
    for gone in ("P-4711-secret", "P-again"):
        await store.erasures.order(gone, ("iris-1",), actor="ana", reason="asked")
    await store.rotate_key()
    await Beside(store, backups).update()
    told = await asyncio.to_thread(restore_now, file, target, key, WORDS)
    assert "Erased again, because they were erased after this backup: 2." in told
    async with await Store.open(target, key) as again:
        left = {one.person_id for one in (await again.people.search("")).people}
        assert left == {"P-kept"}
        assert [one.draft_id for one in await again.drafts.drafts()] == ["d2"]
        orders = await again.erasures.orders()
        assert [(one.reason, [each.device_id for each in one.removals]) for one in orders] == [
            ("restored", ["iris-1"])
        ] * 2
        acts = {one.action for one in await again.journal.entries()}
        assert {"erasure-ordered", "erasures-caught-up", "store-restored"} <= acts
        await again.people.save(enrollment("P-again"), targets=(), actor="ana")
    async with await Store.open(target, key) as again:
        assert await again.people.get("P-again") is not None, "who is enrolled anew stays"
        assert (await again.journal.verify()).holds
    assert b"P-4711" not in (backups / LIST).read_bytes() + (folder / LIST).read_bytes()
    (backups / LIST).unlink()
    assert "--erased" in await asyncio.to_thread(restore_now, file, tmp_path / "without", key, WORDS)


def _like(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


class _Killed(BaseException):
    """The process ends here."""


def _kill_after(monkeypatch: pytest.MonkeyPatch, moves: int) -> None:
    """Nothing is tidied up when a process is killed: neither is it here."""

    class Left:
        def __init__(self, *, dir: Path, prefix: str) -> None:  # noqa: A002
            self._folder = dir / f"{prefix}killed"

        def __enter__(self) -> str:
            self._folder.mkdir()
            return str(self._folder)

        def __exit__(self, *_: object) -> None:
            """Left as it is."""

    honest, places = Path.replace, iter(range(moves + 1))

    def replace(self: Path, target: Path) -> Path:
        if self.parent.name.endswith("killed") and next(places) == moves:
            raise _Killed
        return honest(self, target)

    monkeypatch.setattr("app.store.backups.tempfile.TemporaryDirectory", Left)
    monkeypatch.setattr(Path, "replace", replace)


async def test_what_a_killed_backup_left_goes_at_the_next_one_and_nothing_else(store: Store, tmp_path: Path) -> None:
    for name in (f"{BACKUP}left", ".backup-of-somebody"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "station.db").write_bytes(b"a copy")
    await store.back_up(tmp_path / "b.esbackup")
    assert [path.name for path in _like(tmp_path, "*backup-*")] == [".backup-of-somebody"]


async def test_a_restore_keeps_off_a_folder_that_a_station_opens(folder: Path, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.esbackup"
    await store.back_up(file)
    with pytest.raises(StoreInUse):
        restore(file, folder, Passphrase("another passphrase"), WORDS)


def test_an_exported_person_comes_back_the_same_and_can_be_unpacked(tmp_path: Path) -> None:
    data = seal_person(WHO, WORDS)
    assert b"Geheimnis" not in data
    assert b"person.json" not in data
    assert open_person(data, WORDS) == WHO
    assert unpack_person(data, WORDS, tmp_path / "open") == 1 + 2 * len(WHO.samples)
    assert "Geheimnis" in (tmp_path / "open" / "person.json").read_text("utf-8")
    with pytest.raises(StoreKeyWrong):
        open_person(data, "not this one")
    with pytest.raises(InvalidInput):
        seal_person(WHO, "short")
