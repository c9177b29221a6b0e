"""What only a gateway device's console sections need: configurations, errors per device, rows at once, times in UTC."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.devices import console_kit
from app.devices.console_kit import DONE, ROWS, shown, text
from app.devices.gsdk.configs import Configs
from app.devices.gsdk.groups import Names
from app.devices.gsdk.line import DeviceFault
from app.devices.gsdk.recovery import NoteBook
from app.devices.gsdk.session import Session
from app.devices.gsdk.several import Outcome
from app.devices.gsdk.streams import Break, kept_up
from app.devices.gsdk.watching import Watched
from app.domain.console import Action, ActionResult, Step, Table, Values
from app.domain.errors import InvalidInput

T = TypeVar("T")
Visit = console_kit.Ask[Session]
LOST = "the gateway or the device does not answer; watching goes on when it is back"


@dataclass(frozen=True)
class Kit(console_kit.Kit[Session]):
    """Knows the configurations as they were, too; `beside` runs what only looks on, next to any other action."""

    book: NoteBook
    beside: console_kit.Ask[Watched]
    group_names: Names = ()

    def watch(self, name: str, title: str, produce: Callable[[Watched], AsyncIterator[Step]]) -> Action:
        """An action that shows a stream and holds up nobody."""
        return Action(
            name, title, run_long=lambda _values: console_kit.steps_of(self.beside, name, produce), beside=True
        )

    def configs(self, session: Session) -> Configs:
        """The open device's configurations."""
        return Configs(session, self.book, self.worker)


def page_of(columns: tuple[str, ...], items: list[T], page: int, row: Callable[[T], tuple[object, ...]]) -> Table:
    """One page of items that are all there."""
    start = (page - 1) * ROWS
    rows = tuple(tuple(shown(value) for value in row(item)) for item in items[start : start + ROWS])
    return Table(columns, rows, len(items), len(items) > start + ROWS, page)


def table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Table:
    """All rows at once."""
    return Table(columns, tuple(tuple(shown(value) for value in row) for row in rows))


def per_device(outcomes: Iterable[Outcome]) -> ActionResult:
    """What came of a call to several devices: one line each."""
    told = list(outcomes)
    rows = [(each.number, each.proof, "") if each.fault is None else _failure(each.fault) for each in told]
    message = DONE if all(each.is_good for each in told) else "Some devices did not do it. Each has its line:"
    return ActionResult(message, table(("Device", "Result", "Device's own error"), rows))


def moment(seconds: int) -> datetime | None:
    """Unix seconds as a time, 0 as none; without its zone, for the columns say UTC."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if seconds else None


def integers(values: Values, name: str) -> tuple[int, ...]:
    """Whole numbers with commas or blanks between them."""
    try:
        return tuple(int(each) for each in text(values, name).replace(",", " ").split())
    except ValueError:
        raise InvalidInput(field=name, reason="not-integers") from None


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


async def streamed_steps(
    watched: Watched, begin: Callable[[], Awaitable[Any]], thread_name: str, many: int, told: Callable[[Any], str]
) -> AsyncIterator[Step]:
    """A step in words for each thing that the stream of `begin` brings, until there were `many`, and for each break."""
    yield Step(0, many, "watching")
    done = 0
    async with aclosing(kept_up(watched.session.line, begin, thread_name)) as brought:
        async for each in brought:
            if isinstance(each, Break):
                yield Step(done, many, LOST)
                continue
            done += 1
            yield Step(done, many, told(each))
            if done == many:
                return
