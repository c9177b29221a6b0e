"""How long and how many connections may wait: no peer keeps terminals out by holding connections open."""

import asyncio
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.callbacks.guard import Guard

STRANGERS = 16
"""Places for peers that are not allowed: enough to tell them so, too few to fill the server."""


class Connection(H11Protocol):
    """One connection. Subclassed by `connections`, because uvicorn makes them itself."""

    guard: ClassVar[Guard]
    head_s: ClassVar[float]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stranger = False
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._stranger = not self.guard.allows(self.client[0] if self.client else "")
        if self._stranger and sum(each._stranger for each in self._all()) > STRANGERS:
            transport.abort()
            return
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_watch()
        super().connection_lost(exc)

    def _all(self) -> list["Connection"]:
        return [each for each in self.connections if isinstance(each, Connection)]

    def _watch_head(self) -> None:
        """Time runs while the head of a request is awaited; uvicorn sees to the pauses between requests."""
        if self.conn.their_state is not h11.IDLE:
            self._forget_watch()
        elif self._late is None:
            self._late = self.loop.call_later(self.head_s, self.transport.abort)

    def _forget_watch(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def connections(guard: Guard, head_s: float) -> type[Connection]:
    """The class uvicorn makes connections of."""
    return type("Watched", (Connection,), {"guard": guard, "head_s": head_s})
