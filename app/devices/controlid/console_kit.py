"""What the console's sections are made with: running work on the terminal, rows, values."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from app.devices.base import Worker
from app.devices.controlid.session import Session
from app.domain.console import Action, ActionResult, Danger, Field, Table, Values
from app.domain.errors import InvalidInput

T = TypeVar("T")

ROWS = 50
DONE = "Done."


class Visit(Protocol):
    """Runs work on the open terminal, opening and closing it when nobody else has."""

    async def __call__(self, step: str, work: Callable[[Session], Awaitable[T]]) -> T: ...


@dataclass(frozen=True)
class Kit:
    """Handed to every section."""

    visit: Visit
    worker: Worker

    def action(
        self,
        name: str,
        title: str,
        work: Callable[[Session, Values], Awaitable[ActionResult | None]],
        *,
        fields: tuple[Field, ...] = (),
        danger: Danger = Danger.NONE,
        consequence: str = "",
    ) -> Action:
        """An action; what `work` returns is its result, or just "done" when that is nothing."""

        async def run(values: Values) -> ActionResult:
            return await self.visit(name, lambda session: work(session, values)) or ActionResult(DONE)

        return Action(name, title, run=run, fields=fields, danger=danger, consequence=consequence)


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
        return value.astimezone().isoformat(sep=" ", timespec="seconds")
    return str(value)


def text(values: Values, name: str) -> str:
    """A field's text without surrounding blanks; empty when it was not given."""
    return str(values.get(name, "")).strip()


def needed(values: Values, name: str) -> str:
    """Like text(), but InvalidInput when empty."""
    if not (found := text(values, name)):
        raise InvalidInput(field=name, reason="missing")
    return found


def number(values: Values, name: str) -> int:
    """A field's whole number; InvalidInput when it is none."""
    try:
        return int(needed(values, name))
    except ValueError:
        raise InvalidInput(field=name, reason="not-an-integer") from None
