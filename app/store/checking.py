"""Looking through a whole store: SQLite's own check, and every sealed value opened once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from app.domain.errors import StoreDamaged
from app.store import tables
from app.store.database import Database
from app.store.walking import Walk


@dataclass
class Inspection:
    """What was found: rows per table, and where ("table:record") a value does not open."""

    rows: dict[str, int] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything opened."""
        return not self.damaged


def walk() -> Walk:
    """A walk through all tables."""
    return Walk(tuple(tables.metadata.sorted_tables))


def check_pages(database: Database, inspection: Inspection) -> None:
    """SQLite's check of pages, indexes and foreign keys; reads the whole file."""
    with database.begin() as connection:
        told = [row[0] for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    inspection.damaged += [f"pages:{number}" for number, line in enumerate(told) if line != "ok"]
    inspection.damaged += [f"{row[0]}:{row[1]}" for row in orphans]


def check_rows(database: Database, inspection: Inspection, going: Walk) -> bool:
    """Open the values of the next rows; True when all tables are through."""
    if going.ended:
        return True
    with database.begin() as connection:
        table, rows = going.next_rows(connection)
    record = tables.record_column(table).name
    inspection.rows[table.name] = inspection.rows.get(table.name, 0) + len(rows)
    inspection.damaged += [f"{table.name}:{row[record]}" for row in rows if not _opens(database, table, row)]
    return False


def _opens(database: Database, table: Table, row: Mapping[str, Any]) -> bool:
    number = row[tables.record_column(table).name]
    try:
        for column in tables.sealed_columns(table):
            database.unseal(column, number, row[column.name])
    except StoreDamaged:
        return False
    return True
