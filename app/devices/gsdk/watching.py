"""Looking on at a device over a link of its own, so that it is captured at and delivered to meanwhile."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from app.devices.base import GIVE_BACK_S, Worker, finish
from app.devices.gsdk.options import Target
from app.devices.gsdk.recovery import NoteBook
from app.devices.gsdk.session import Session, open_link
from app.domain.errors import StationError

T = TypeVar("T")


@dataclass(frozen=True)
class Watched:
    """The gateway's link for looking on; `reach` has the device connected, as often as it is called."""

    session: Session
    reach: Callable[[], Awaitable[None]]


class Watching:
    """Main loop only. `heir` is the device's own open session, which keeps a device that we connected."""

    def __init__(self, target: Target, name: str, book: NoteBook, heir: Callable[[], Session | None]) -> None:
        self._target, self._name, self._book, self._heir = target, name, book, heir
        self._sessions: list[Session] = []

    @property
    def session(self) -> Session | None:
        """One that looks on now."""
        return self._sessions[0] if self._sessions else None

    async def __call__(self, step: str, work: Callable[[Watched], Awaitable[T]]) -> T:
        """Run `work` next to whatever the device does; errors name the device."""
        worker = Worker(f"gsdk-{self._name}-watch", threads=1)
        try:
            async with self._linked(worker) as session:
                return await work(Watched(session, lambda: session.reach(self._book, worker)))
        except StationError as error:
            error.facts.setdefault("device", self._name)
            error.facts.setdefault("step", step)
            raise
        finally:
            await finish(step, worker.stop(), GIVE_BACK_S)

    @asynccontextmanager
    async def _linked(self, worker: Worker) -> AsyncIterator[Session]:
        link = await open_link(self._target, worker, self._name)
        session = Session(link, self._target, self._name)
        self._sessions.append(session)
        try:
            yield session
        finally:
            self._sessions.remove(session)
            await finish("watch", self._leave(session, worker), GIVE_BACK_S)
            await finish("watch", link.close(), GIVE_BACK_S)

    async def _leave(self, session: Session, worker: Worker) -> None:
        heir = self._heir() or self.session
        if heir is not None:
            heir.inherit(session)
        else:
            await session.give_back(self._book, worker)
