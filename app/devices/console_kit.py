"""What every vendor's console sections are made with: running work on the open device, rows, values, progress."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from app.devices.base import Worker
from app.domain.console import Action, ActionResult, Danger, Field, Step, Table, Values
from app.domain.errors import InvalidInput

T = TypeVar("T")
S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)

ROWS = 50
DONE = "Done."


class Ask(Protocol[S_co]):
    """Runs work on the open device, opening and closing it when nobody else has."""

    async def __call__(self, step: str, work: Callable[[S_co], Awaitable[T]]) -> T: ...


@dataclass(frozen=True)
class Kit(Generic[S]):
    """Handed to every section; `S` is what work on the open device is given."""

    ask: Ask[S]
    worker: Worker

    def action(
        self,
        name: str,
        title: str,
        work: Callable[[S, Values], Awaitable[object]],
        *,
        fields: tuple[Field, ...] = (),
        danger: Danger = Danger.NONE,
        consequence: str = "",
    ) -> Action:
        """An action; what `work` returns is its result, or just "done" when that is nothing."""

        async def run(values: Values) -> ActionResult:
            result = await self.ask(name, lambda opened: work(opened, values))
            return result if isinstance(result, ActionResult) else ActionResult(DONE)

        return Action(name, title, run=run, fields=fields, danger=danger, consequence=consequence)

    def steps(self, step: str, produce: Callable[[S], AsyncIterator[Step]]) -> AsyncIterator[Step]:
        """The steps of a long action while it runs; leaving the iteration cancels it."""
        return steps_of(self.ask, step, produce)


async def steps_of(ask: Ask[S], step: str, produce: Callable[[S], AsyncIterator[Step]]) -> AsyncIterator[Step]:
    """The steps of work that `ask` runs; leaving the iteration cancels it."""
    queue: asyncio.Queue[Step | None] = asyncio.Queue()

    async def work(opened: S) -> None:
        async for made in produce(opened):
            queue.put_nowait(made)

    task = asyncio.create_task(ask(step, work), name=f"console:{step}")
    task.add_done_callback(lambda _task: queue.put_nowait(None))
    try:
        while (made := await queue.get()) is not None:
            yield made
        await task
    finally:
        task.cancel()
        await asyncio.wait([task])
        _ = task.cancelled() or task.exception()  # heard, should the reader have left before


def facts(*pairs: tuple[str, object]) -> Table:
    """A table of names and values."""
    return Table(("Name", "Value"), tuple((name, shown(value)) for name, value in pairs))


def shown(value: object) -> str:
    """A value as text: nothing for None, yes and no for flags, times in whole seconds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


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


def flag(values: Values, name: str) -> bool:
    """A field's yes or no."""
    value = values.get(name, False)
    return value.strip().lower() in {"true", "1", "yes"} if isinstance(value, str) else bool(value)
