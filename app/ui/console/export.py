"""Tables of a device as CSV files: every page, written on a thread."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from app import paths
from app.domain.console import Section, Table, Values

MOST_PAGES = 10_000
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    dangerous = text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(text)
    return f"'{text}" if dangerous else text


async def all_pages(section: Section, values: Values) -> AsyncIterator[Table]:
    """Every page of a section with this filter, first to last."""
    assert section.load is not None
    for page in range(1, MOST_PAGES + 1):
        table = await section.load(page, values)
        yield table
        if not table.more or not table.rows:
            return


async def export(section: Section, values: Values, path: Path, told: Callable[[int], None]) -> int:
    """Write all pages; `told` hears how many rows were read. Returns the number of rows; raises OSError."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    rows = 0
    async for table in all_pages(section, values):
        if not rows:
            writer.writerow([safe_cell(column) for column in table.columns])
        writer.writerows([safe_cell(cell) for cell in row] for row in table.rows)
        rows += len(table.rows)
        told(rows)
    await asyncio.to_thread(paths.write_private, path, text.getvalue().encode("utf-8-sig"))
    return rows
