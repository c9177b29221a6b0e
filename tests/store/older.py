"""A store as older programs left it."""

import contextlib
import sqlite3
from pathlib import Path

from app.store.migrations import r0001_store

LATER_TABLES = ("evidence", "journal_head", "identity", "questions")
LATER_COLUMNS = (("journal", "tie"),)


def back_to_the_first_schema(folder: Path) -> None:
    """Take away from a closed store what later revisions brought, so that it can be brought again."""
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        for table in LATER_TABLES:
            raw.execute(f"DROP TABLE {table}")
        for table, column in LATER_COLUMNS:
            raw.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        raw.execute("UPDATE alembic_version SET version_num = ?", (r0001_store.revision,))
        raw.commit()
    (folder / "station.checkpoints").unlink(missing_ok=True)
