"""Bad disks and foreign hands: a named error, and the data as they were."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.domain.errors import StoreDamaged, StoreError, StoreFull, StoreInUse, StoreNewer, StoreReadOnly
from app.domain.modality import Position
from app.store import MemoryVault, Passphrase, Store, SystemKeyring, key_method_of
from app.store.database import Database
from tests.store.files import contents
from tests.store.people import enrollment, kept

NOBODY = 65534
PROTECTED = ("station.db", ".") if os.name == "posix" else ("station.db",)  # folders of Windows have no write bit


def _limit(database: Database, spare_pages: int) -> None:
    """Let SQLite believe that the disk ends a few pages behind the file."""
    with database.begin() as connection:
        pages = _pragma(connection, "page_count")
        _pragma(connection, f"max_page_count={pages + spare_pages}")


def _pragma(connection: Connection, text: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {text}").scalar_one())


async def test_a_full_disk_is_said_and_what_was_accepted_stays(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.drafts.create("d", b"one", label="", step="iris")
        await store.drafts.keep("d", (kept(Position.LEFT_IRIS),), b"two")
        await store._thread.run(_limit, 1)
        with pytest.raises(StoreFull) as full:
            await store.drafts.keep("d", (kept(Position.FACE, image_bytes=500_000),), b"three")
        assert full.value.facts == {"code": "SQLITE_FULL"}
        with pytest.raises(StoreFull):
            await store.people.save(enrollment("P-1"), targets=("a",), actor="ana", draft_id="d")
        assert (await store.people.search("")).total == 0
        assert await store.journal.entries() == ()
        await store._thread.run(_limit, 10_000)  # somebody made room
        await store.drafts.keep("d", (kept(Position.FACE, image_bytes=500_000),), b"four")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        draft = await store.drafts.load("d")
        assert draft is not None
        assert draft.state == b"four"
        assert [one.sample.position for one in draft.samples] == [Position.LEFT_IRIS, Position.FACE]
        assert (await store.inspect()).sound


@contextlib.contextmanager
def ordinary_user(folder: Path) -> Iterator[None]:
    """Root may write anywhere: as root, be somebody else for a while, who owns the folder."""
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        for path in (folder, *folder.iterdir()):
            os.chown(path, 0, 0)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that other users can reach, unlike the test runner's own."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    for path in place.rglob("*"):
        path.chmod(0o700)
    shutil.rmtree(place)


@pytest.mark.parametrize("name", PROTECTED)
async def test_missing_write_permission_is_said(open_place: Path, vault: MemoryVault, name: str) -> None:
    folder = open_place / "store"
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(enrollment("P-1"), targets=(), actor="ana")
    before = contents(folder)
    (folder / "station.lock").unlink()
    with ordinary_user(folder):
        protected = folder / name
        usual = protected.stat().st_mode
        protected.chmod(usual & 0o555)
        with pytest.raises(StoreReadOnly):
            await Store.open(folder, SystemKeyring(vault))
        protected.chmod(usual)
    assert contents(folder) == before
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        assert await store.people.get("P-1") is not None


async def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path, vault: MemoryVault) -> None:
    (tmp_path / "store").write_bytes(b"something")
    with pytest.raises(StoreReadOnly):
        await Store.open(tmp_path / "store", SystemKeyring(vault))
    (tmp_path / "station.keys").mkdir()
    with pytest.raises(StoreReadOnly):
        key_method_of(tmp_path)
    assert (tmp_path / "store").read_bytes() == b"something"


def _break_header(data: bytes) -> bytes:
    return b"\xff" * 100 + data[100:]


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _cut_in_the_header(data: bytes) -> bytes:
    return data[:50]


def _scramble_schema(data: bytes) -> bytes:
    return data[:100] + b"\x55" * 4000 + data[4100:]


@pytest.mark.parametrize("harm", [_break_header, _cut, _cut_in_the_header, _scramble_schema])
async def test_a_harmed_file_is_named_and_left_alone(folder: Path, vault: MemoryVault, harm: object) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        for number in range(5):
            await store.people.save(enrollment(f"P-{number}", seed=number), targets=(), actor="ana")
    assert callable(harm)
    (folder / "station.db").write_bytes(harm((folder / "station.db").read_bytes()))
    before = contents(folder)
    with pytest.raises(StoreDamaged):
        await Store.open(folder, SystemKeyring(vault))
    assert contents(folder) == before


async def test_altered_and_moved_values_are_found_and_never_shown(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(enrollment("P-1"), targets=(), actor="ana")
        await store.people.save(enrollment("P-2", seed=5), targets=(), actor="ana")
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw, raw:
        raw.execute("UPDATE samples SET image = (SELECT image FROM samples WHERE id = 2) WHERE id = 1")
        raw.execute("UPDATE people SET record = zeroblob(80) WHERE id = 2")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        for person_id in ("P-1", "P-2"):
            with pytest.raises(StoreDamaged):
                await store.people.get(person_id)
        inspection = await store.inspect()
        assert inspection.damaged == ["people:2", "samples:1"]


async def test_another_programs_database_is_left_alone(tmp_path: Path, vault: MemoryVault) -> None:
    folder = tmp_path
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw, raw:
        raw.execute("CREATE TABLE notes (text)")
    before = contents(folder)
    with pytest.raises(StoreDamaged):
        await Store.open(folder, SystemKeyring(vault))
    assert contents(folder) == before


async def test_a_store_of_a_newer_program_is_left_alone(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(enrollment("P-1"), targets=(), actor="ana")
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    before = contents(folder)
    with pytest.raises(StoreNewer):
        await Store.open(folder, SystemKeyring(vault))
    assert contents(folder) == before


async def test_a_second_station_is_told_who_has_the_store(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        with pytest.raises(StoreInUse) as used:
            await Store.open(folder, SystemKeyring(vault))
        assert used.value.facts == {"pid": os.getpid()}
        await store.people.save(enrollment("P-1"), targets=(), actor="ana")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        assert await store.people.get("P-1") is not None


async def test_another_program_writing_the_database_is_waited_for_and_then_said(
    folder: Path, vault: MemoryVault
) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.drafts.create("d", b"", label="", step="")
        await store._thread.run(_short_patience)
        with contextlib.closing(sqlite3.connect(folder / "station.db", isolation_level=None)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreInUse):
                await store.drafts.save_state("d", b"new", label="", step="")
            raw.execute("ROLLBACK")
        await store.drafts.save_state("d", b"newer", label="", step="")


def _short_patience(database: Database) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")


async def test_a_killed_first_start_is_begun_again(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "station.db").touch()
    async with await Store.open(folder, Passphrase("correct horse battery")) as store:
        await store.people.save(enrollment("P-1"), targets=(), actor="ana")


async def test_errors_carry_no_values(store: Store) -> None:
    with pytest.raises(StoreError) as error:
        await store.people.save(enrollment("P-1"), targets=(object(),), actor="ana")  # type: ignore[arg-type]
    assert "Specimen" not in repr(error.value) + str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
