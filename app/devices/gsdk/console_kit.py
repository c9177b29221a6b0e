"""What the console's sections are made with: running work, rows, values, progress, errors per device."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from app.devices.base import Worker
from app.devices.gsdk.configs import Configs
from app.devices.gsdk.line import DeviceFault
from app.devices.gsdk.recovery import NoteBook
from app.devices.gsdk.session import Session
from app.domain.console import Action, ActionResult, Danger, Field, Step, Table, Values
from app.domain.errors import InvalidInput

T = TypeVar("T")

ROWS = 50
DONE = "Done."


class Visit(Protocol):
    """Runs work on the open device, opening and closing it when nobody else has."""

    async def __call__(self, step: str, work: Callable[[Session], Awaitable[T]]) -> T: ...


@dataclass(frozen=True)
class Kit:
    """Handed to every section."""

    visit: Visit
    worker: Worker
    book: NoteBook

    def configs(self, session: Session) -> Configs:
        """The open device's configurations."""
        return Configs(session, self.book, self.worker)

    def action(
        self,
        name: str,
        title: str,
        work: Callable[[Session, Values], Awaitable[object]],
        *,
        fields: tuple[Field, ...] = (),
        danger: Danger = Danger.NONE,
        consequence: str = "",
    ) -> Action:
        """An action; what `work` returns is its result, or just "done" when that is nothing."""

        async def run(values: Values) -> ActionResult:
            result = await self.visit(name, lambda session: work(session, values))
            return result if isinstance(result, ActionResult) else ActionResult(DONE)

        return Action(name, title, run=run, fields=fields, danger=danger, consequence=consequence)

    async def steps(self, step: str, produce: Callable[[Session], AsyncIterator[Step]]) -> AsyncIterator[Step]:
        """The steps of a long action while it runs; leaving the iteration cancels it."""
        queue: asyncio.Queue[Step | None] = asyncio.Queue()

        async def work(session: Session) -> None:
            async for made in produce(session):
                queue.put_nowait(made)

        task = asyncio.create_task(self.visit(step, work), name=f"console:{step}")
        task.add_done_callback(lambda _task: queue.put_nowait(None))
        try:
            while (made := await queue.get()) is not None:
                yield made
            await task
        finally:
            task.cancel()
            await asyncio.wait([task])
            _ = task.cancelled() or task.exception()  # heard, should the reader have left before


def page_of(columns: tuple[str, ...], items: list[T], page: int, row: Callable[[T], tuple[object, ...]]) -> Table:
    """One page of items that are all there."""
    start = (page - 1) * ROWS
    rows = tuple(tuple(shown(value) for value in row(item)) for item in items[start : start + ROWS])
    return Table(columns, rows, len(items), len(items) > start + ROWS, page)


def table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Table:
    """All rows at once."""
    return Table(columns, tuple(tuple(shown(value) for value in row) for row in rows))


def facts(*pairs: tuple[str, object]) -> Table:
    """A table of names and values."""
    return table(("Name", "Value"), pairs)


def per_device(devices: Iterable[int], faults: Iterable[DeviceFault]) -> ActionResult:
    """What came of a call to several devices: one line each."""
    failed = {fault.number: fault for fault in faults}
    rows = [(number, "done", "") if number not in failed else _failure(failed[number]) for number in devices]
    message = "Some devices refused." if failed else DONE
    return ActionResult(message, table(("Device", "Result", "Device's own error"), rows))


def shown(value: object) -> str:
    """A value as text: nothing for None, yes and no for flags, times in whole seconds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")  # the column says UTC
    return str(value)


def moment(seconds: int) -> datetime | None:
    """Unix seconds as a time, 0 as none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def text(values: Values, name: str) -> str:
    """A field's text without surrounding blanks; empty when it was not given."""
    return str(values.get(name, "")).strip()


def needed(values: Values, name: str) -> str:
    """Like text(), but InvalidInput when empty."""
    if not (found := text(values, name)):
        raise InvalidInput(field=name, reason="missing")
    return found


def integer(values: Values, name: str, default: int | None = None) -> int:
    """A field's whole number; InvalidInput when it is none, or missing without a default."""
    written = text(values, name)
    if not written and default is not None:
        return default
    try:
        return int(written)
    except ValueError:
        raise InvalidInput(field=name, reason="not-an-integer") from None


def integers(values: Values, name: str) -> tuple[int, ...]:
    """Whole numbers with commas or blanks between them."""
    try:
        return tuple(int(each) for each in text(values, name).replace(",", " ").split())
    except ValueError:
        raise InvalidInput(field=name, reason="not-integers") from None


def flag(values: Values, name: str) -> bool:
    """A field's yes or no."""
    value = values.get(name, False)
    return value.strip().lower() in {"true", "1", "yes"} if isinstance(value, str) else bool(value)


def timestamp(values: Values, name: str) -> int:
    """A field's date, or date and time, as Unix seconds in UTC; 0 when empty."""
    written = text(values, name)
    if not written:
        return 0
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        raise InvalidInput(field=name, reason="not-a-date") from None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def _failure(fault: DeviceFault) -> tuple[object, ...]:
    return fault.number, fault.code_name.lower().replace("_", " "), fault.remote
