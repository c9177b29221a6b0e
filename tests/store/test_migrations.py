"""The schema that migrations make is the one the program uses, and an ordinary start runs none."""

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.store import MemoryVault, Store, SystemKeyring, migrations
from app.store.database import Database
from app.store.tables import metadata


def _differences(database: Database) -> list[object]:
    with database.begin() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_the_migrated_schema_is_the_programs_schema(store: Store) -> None:
    assert await store._thread.run(_differences) == []


def test_revisions_are_one_chain() -> None:
    before = None
    for module in migrations.REVISIONS:
        assert module.down_revision == before
        before = module.revision
    assert before == migrations.HEAD
    assert len(migrations.KNOWN) == len(migrations.REVISIONS)


async def test_a_new_store_is_at_the_head_with_full_durability(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        pragmas = await store._thread.run(_pragmas)
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
    }
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(migrations.HEAD,)]


def _pragmas(database: Database) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    with database.begin() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}


def test_the_store_imports_neither_qt_nor_any_other_part_of_the_station() -> None:
    code = (
        "import sys, app.store\n"
        "inner = {name.split('.')[1] for name in sys.modules if name.startswith('app.')}\n"
        "print(sorted(inner), any(name.startswith(('PySide6', 'qasync')) for name in sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "['domain', 'log_facts', 'logs', 'paths', 'store'] False"
