"""Console sections about what happened at the terminal: its log, and the matches it keeps for a computer."""

import csv
import io

from app.devices.console_kit import ROWS, integer, needed, shown, text
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import LogEntry, Page
from app.devices.ef45.console_kit import Kit, table
from app.devices.ef45.paging import every
from app.devices.ef45.results import MatchItem
from app.domain.console import ActionResult, Danger, Field, FieldKind, Section, Table, Values

COLUMNS = ("Number", "Time", "Event", "Identifier", "What", "Result")
LAST_LOG = 2_147_483_647

FIRST = Field("first", "From number", FieldKind.INTEGER, required=False)
LAST = Field("last", "To number", FieldKind.INTEGER, required=False)
NUMBER = Field("number", "Number", FieldKind.INTEGER, column="Number")


def logs_section(kit: Kit) -> Section:
    """Newest first; with a range of numbers, oldest first."""

    async def load(page: int, values: Values) -> Table:
        return table(COLUMNS, await kit.ask("logs", lambda client: _page(client, page, values)), _row)

    async def export(client: Ef45Client, values: Values) -> ActionResult:
        first, last = _range(values)
        entries = [entry async for entry in every(lambda page, _: client.logs_between(first, last, page), key=_number)]
        data = await kit.worker.run(as_csv, entries)
        return ActionResult("The log was exported.", file_name="terminal-log.csv", file_data=data)

    async def remove_one(client: Ef45Client, values: Values) -> None:
        await client.delete_log(integer(values, "number"))

    async def remove_range(client: Ef45Client, values: Values) -> None:
        needed(values, "first"), needed(values, "last")
        await client.delete_logs(*_range(values))

    async def wipe(client: Ef45Client, _values: Values) -> None:
        await client.wipe_logs()

    lost = "The entries are deleted on the terminal and cannot be brought back. Export them first."
    return Section(
        "logs",
        "Log",
        load,
        (FIRST, LAST),
        (
            kit.action("export-log", "Export as CSV", export, fields=(FIRST, LAST)),
            kit.action(
                "remove-entry",
                "Delete this entry",
                remove_one,
                fields=(NUMBER,),
                danger=Danger.DESTROYS,
                consequence=lost,
            ),
            kit.action(
                "remove-range",
                "Delete a range",
                remove_range,
                fields=(
                    Field("first", "From number", FieldKind.INTEGER),
                    Field("last", "To number", FieldKind.INTEGER),
                ),
                danger=Danger.DESTROYS,
                consequence=lost,
            ),
            kit.action("wipe-log", "Delete the whole log", wipe, danger=Danger.DESTROYS, consequence=lost),
        ),
    )


def matches_section(kit: Kit) -> Section:
    """Matches wait in the terminal until a computer has taken them."""

    async def load(_page: int, _values: Values) -> Table:
        columns = ("Encounter", "Time", "Identifier", "Log number")
        return table(columns, await kit.ask("matches", lambda client: client.matches()), _match_row)

    async def remove(client: Ef45Client, values: Values) -> None:
        await client.delete_match(needed(values, "encounter"))

    action = kit.action(
        "remove-match",
        "Delete this match",
        remove,
        fields=(Field("encounter", "Encounter", column="Encounter"),),
        danger=Danger.DESTROYS,
        consequence="The match is deleted from the terminal's buffer; its log entry stays.",
    )
    return Section("matches", "Matches", load, actions=(action,))


def as_csv(entries: list[LogEntry]) -> bytes:
    """The log as CSV in UTF-8 with a mark at its start; a cell never begins like a formula of a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(tuple(_harmless(shown(value)) for value in _row(entry)) for entry in entries)
    return ("\ufeff" + out.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


async def _page(client: Ef45Client, page: int, values: Values) -> Page[LogEntry]:
    if text(values, "first") or text(values, "last"):
        return await client.logs_between(*_range(values), page)
    return await client.logs(page, ROWS)


def _range(values: Values) -> tuple[int, int]:
    return integer(values, "first", 0), integer(values, "last", LAST_LOG)


def _number(entry: LogEntry) -> int:
    return entry.log_id


def _row(entry: LogEntry) -> tuple[object, ...]:
    return (entry.log_id, entry.timestamp, entry.event_type, entry.user_uuid, entry.info, entry.additional_data)


def _match_row(item: MatchItem) -> tuple[object, ...]:
    return (item.encounter_id, item.timestamp, item.user_uuid, item.log_id if item.log_id >= 0 else None)
