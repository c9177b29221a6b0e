"""A store as older programs left it."""

import contextlib
import sqlite3
from pathlib import Path
from typing import cast

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from app.store.migrations import r0001_store

Schema = dict[str, set[str]]


def back_to_the_first_schema(folder: Path) -> None:
    """Take away from a closed store what later revisions brought, so that it can be brought again."""
    first = _first_schema()
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        now = _schema(raw)
        for table in now.keys() - first.keys():
            raw.execute(f"DROP TABLE {table}")
        for table, columns in first.items():
            for column in now[table] - columns:
                raw.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        raw.execute("UPDATE alembic_version SET version_num = ?", (r0001_store.revision,))
        raw.commit()
    (folder / "station.checkpoints").unlink(missing_ok=True)


def _first_schema() -> Schema:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, Operations.context(MigrationContext.configure(connection)):
        r0001_store.upgrade()
        schema = _schema(cast(sqlite3.Connection, connection.connection.dbapi_connection))
    engine.dispose()
    return schema


def _schema(raw: sqlite3.Connection) -> Schema:
    own = ("sqlite_sequence", "alembic_version")
    names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if name not in own]
    return {name: {row[1] for row in raw.execute(f"PRAGMA table_info({name})")} for name in names}
