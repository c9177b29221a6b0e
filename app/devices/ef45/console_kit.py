"""What only this terminal's console sections need: work with its lock and state, and its pages as tables."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.devices import console_kit
from app.devices.base import Worker
from app.devices.console_kit import ROWS, shown
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import CameraState, Page
from app.devices.ef45.session import Session
from app.domain.console import Table

T = TypeVar("T")


class Visit(Protocol):
    """Runs work on the open terminal, opening and closing it when nobody else has."""

    async def __call__(self, step: str, work: Callable[[Session, CameraState], Awaitable[T]]) -> T: ...


@dataclass(frozen=True)
class Kit(console_kit.Kit[Ef45Client]):
    """Most work needs the client alone and asks; what needs the session too visits."""

    visit: Visit


def kit_of(visit: Visit, worker: Worker) -> Kit:
    """The sections' kit over one way to the terminal."""

    async def ask(step: str, work: Callable[[Ef45Client], Awaitable[T]]) -> T:
        return await visit(step, lambda session, _camera: work(session.client))

    return Kit(ask, worker, visit)


def table(columns: tuple[str, ...], page: Page[T], row: Callable[[T], tuple[object, ...]]) -> Table:
    """A page as text; whether there is more is guessed from its length when the terminal does not say."""
    rows = tuple(tuple(shown(value) for value in row(item)) for item in page.items)
    more = len(rows) >= ROWS if page.more is None else page.more
    return Table(columns, rows, page.total, more, page.page)
