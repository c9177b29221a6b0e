"""Console sections about what happened at the device: its log, pictures, and events as they happen."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

from app.devices.console_kit import ROWS, integer, shown, text
from app.devices.gsdk import cards, events
from app.devices.gsdk.capture import card_order
from app.devices.gsdk.cards import Order
from app.devices.gsdk.console_kit import Kit, moment, streamed_steps, timestamp
from app.devices.gsdk.eventlog import EventLog
from app.devices.gsdk.session import Session
from app.devices.gsdk.watching import Watched
from app.domain.console import ActionResult, Danger, Field, FieldKind, Section, Step, Table, Values
from app.domain.errors import InvalidInput

COLUMNS = ("Number", "Time (UTC)", "What happened", "Identifier", "Door or zone", "Picture", "Card")
RANGE = (
    Field("first", "From number", FieldKind.INTEGER, required=False, default=0, column="Number"),
    Field("last", "To number (0: the newest)", FieldKind.INTEGER, required=False, default=0),
)
WATCHED = 1_000
"""Events shown before watching ends by itself."""
PICTURES = 200
"""Pictures in one file."""


def logs_section(kit: Kit) -> Section:
    """The newest events that fit, newest first; filtered here, because a device is slow at it."""

    async def load(page: int, values: Values) -> Table:
        wanted = _wanted(values)
        limit = page * ROWS + 1

        async def work(session: Session) -> tuple[list[Any], Order]:
            log = EventLog(session.line, session.number)
            return await log.between(integer(values, "first", 0), 0, wanted, limit), await card_order(session)

        newest, order = await kit.ask("events", work)
        found = newest[::-1]
        start = (page - 1) * ROWS
        shown_rows = [tuple(shown(value) for value in _row(each, order)) for each in found[start : start + ROWS]]
        return Table(COLUMNS, tuple(shown_rows), None, len(found) > start + ROWS, page)

    async def download(session: Session, values: Values) -> ActionResult:
        log = EventLog(session.line, session.number)
        found = await log.between(integer(values, "first", 0), integer(values, "last", 0), _wanted(values))
        data = await kit.worker.run(_csv, found, await card_order(session))
        return ActionResult(f"{len(found)} events.", file_name=f"events-{session.number}.csv", file_data=data)

    async def pictures(session: Session, values: Values) -> ActionResult:
        log, found = EventLog(session.line, session.number), []
        async for each in log.pictures(integer(values, "first", 0), integer(values, "last", 0)):
            found.append(each)
            if len(found) == PICTURES:
                break
        data = await kit.worker.run(_zip, found)
        return ActionResult(f"{len(found)} pictures.", file_name=f"pictures-{session.number}.zip", file_data=data)

    async def clear(session: Session, _values: Values) -> None:
        api = session.api.event
        await session.line.ask("clear-log", api.ClearLog, api.ClearLogRequest(deviceID=session.number), changes=True)

    watch = kit.watch("watch-events", "Watch events", _live)
    return Section(
        "events",
        "Events",
        load,
        _FILTERS,
        (
            watch,
            kit.action("download-events", "Download as a table", download, fields=(*RANGE, *_FILTERS)),
            kit.action("download-pictures", "Download pictures", pictures, fields=RANGE),
            kit.action(
                "clear-log",
                "Clear the log",
                clear,
                danger=Danger.DESTROYS,
                consequence="Every event and picture in the device is removed and cannot be brought back.",
            ),
        ),
        note="Times are written like 2026-01-31 08:00, event codes like 0x1900.",
    )


_FILTERS = (
    Field("user", "Identifier", required=False, column="Identifier"),
    Field("from", "From (UTC)", required=False),
    Field("until", "Until (UTC)", required=False),
    Field("code", "Event code", required=False),
)


def _wanted(values: Values) -> events.Wanted:
    return events.Wanted(text(values, "user"), timestamp(values, "from"), timestamp(values, "until"), _code(values))


def _code(values: Values) -> int:
    written = text(values, "code")
    try:
        return int(written, 0) if written else 0
    except ValueError:
        raise InvalidInput(field="code", reason="not-a-number") from None


def _row(event: Any, order: Order) -> tuple[object, ...]:
    return (
        event.ID,
        moment(event.timestamp),
        events.words(event.eventCode, event.subCode),
        event.userID,
        event.entityID or None,
        event.hasImage,
        _card(event.cardData, order),
    )


def _card(data: bytes, order: Order) -> str:
    """The card of a failed verification; what is no card number is shown as it came."""
    try:
        return cards.shown(order.here(data)) if data else ""
    except InvalidInput:
        return data.hex(" ").upper()


def _csv(found: list[Any], order: Order) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([shown(value) for value in _row(each, order)] for each in found)
    return written.getvalue().encode()


def _zip(found: list[Any]) -> bytes:
    """Pictures by their number and code: a file name tells nothing of a person."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for each in found:
            archive.writestr(f"{each.ID}-{each.eventCode | each.subCode:04x}.jpg", each.JPGImage)
    return written.getvalue()


def _live(watched: Watched) -> AsyncIterator[Step]:
    log = EventLog(watched.session.line, watched.session.number)

    async def begin() -> object:
        await watched.reach()
        return await log.live()

    return streamed_steps(watched, begin, "gsdk-live", WATCHED, _in_a_line)


def _in_a_line(event: Any) -> str:
    who = f" ({event.userID})" if event.userID else ""
    return f"{shown(moment(event.timestamp))} {events.words(event.eventCode, event.subCode)}{who}"
