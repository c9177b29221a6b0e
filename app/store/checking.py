"""Looking through a whole store: SQLite's own check, and every sealed value opened once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select

from app.domain.errors import StoreDamaged
from app.store import tables
from app.store.database import Database

PIECE_BYTES = 8 * 1024 * 1024
PIECE_ROWS = 1000


@dataclass
class Inspection:
    """What was found so far: rows per table, and where ("table:record") a value does not open."""

    rows: dict[str, int] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    table: int = 0
    last: int = 0

    @property
    def sound(self) -> bool:
        """Whether everything opened."""
        return not self.damaged


def check_pages(database: Database, inspection: Inspection) -> None:
    """SQLite's check of pages, indexes and foreign keys; reads the whole file."""
    with database.begin() as connection:
        told = [row[0] for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    inspection.damaged += [f"pages:{number}" for number, line in enumerate(told) if line != "ok"]
    inspection.damaged += [f"{row[0]}:{row[1]}" for row in orphans]


def check_rows(database: Database, inspection: Inspection) -> bool:
    """Open the values of the next rows; True when all tables are through."""
    all_tables = tables.metadata.sorted_tables
    if inspection.table == len(all_tables):
        return True
    table = all_tables[inspection.table]
    rows = _next_rows(database, table, inspection.last)
    record = tables.record_column(table).name
    inspection.rows[table.name] = inspection.rows.get(table.name, 0) + len(rows)
    inspection.damaged += [f"{table.name}:{row[record]}" for row in rows if not _opens(database, table, row)]
    if rows:
        inspection.last = rows[-1][record]
    else:
        inspection.table, inspection.last = inspection.table + 1, 0
    return False


def _next_rows(database: Database, table: Table, last: int) -> list[dict[str, Any]]:
    record = tables.record_column(table)
    rows: list[dict[str, Any]] = []
    size = 0
    with database.begin() as connection:
        wanted = select(table).where(record > last).order_by(record).limit(PIECE_ROWS)
        result = connection.execute(wanted).mappings()
        while size < PIECE_BYTES and (row := result.fetchone()) is not None:
            rows.append(dict(row))
            size += sum(len(row[column.name]) for column in tables.sealed_columns(table))
        result.close()
    return rows


def _opens(database: Database, table: Table, row: Mapping[str, Any]) -> bool:
    number = row[tables.record_column(table).name]
    try:
        for column in tables.sealed_columns(table):
            database.unseal(column, number, row[column.name])
    except StoreDamaged:
        return False
    return True
