"""Going through every row of every table in pieces small enough that nothing else has to wait long."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from app.store import tables

PIECE_ROWS = 256
PIECE_BYTES = 1024 * 1024


@dataclass
class Walk:
    """How far a walk has come; `next_rows` moves it on. Touched on the store's thread alone."""

    over: tuple[Table, ...]
    table: int = 0
    last: int = 0

    @property
    def ended(self) -> bool:
        """Whether all tables are through."""
        return self.table == len(self.over)

    def restart(self) -> None:
        """From the first row again."""
        self.table, self.last = 0, 0

    def next_rows(self, connection: Connection) -> tuple[Table, list[dict[str, Any]]]:
        """The next rows of a table: at most 256, and no more than about 1 MB; none where the table ends."""
        table = self.over[self.table]
        rows = _rows_after(connection, table, self.last)
        if rows:
            self.last = rows[-1][tables.record_column(table).name]
        else:
            self.table, self.last = self.table + 1, 0
        return table, rows


def _rows_after(connection: Connection, table: Table, last: int) -> list[dict[str, Any]]:
    record = tables.record_column(table)
    rows: list[dict[str, Any]] = []
    size = 0
    result = connection.execute(select(table).where(record > last).order_by(record).limit(PIECE_ROWS)).mappings()
    while size < PIECE_BYTES and (row := result.fetchone()) is not None:
        rows.append(dict(row))
        size += sum(len(row[column.name]) for column in tables.sealed_columns(table))
    result.close()
    return rows
