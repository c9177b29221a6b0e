"""What can be seen of a terminal from outside its wire: its state, and the requests it got."""

import threading
from dataclasses import dataclass, field, replace
from typing import Final

from app.simulators.controlid.enroller import Status
from app.simulators.controlid.wire import Document

REMEMBERED: Final = 20_000


@dataclass(frozen=True)
class TerminalState:
    """A copy of the terminal's state; `tables` by object name, `photos` by user id."""

    status: Status
    mode: str
    contingency: bool
    sessions: int
    screen: str
    configuration: dict[str, dict[str, str]]
    tables: dict[str, tuple[Document, ...]] = field(repr=False)
    photos: dict[int, bytes] = field(repr=False)


@dataclass(frozen=True)
class Seen:
    """One request as it was seen; never its body nor its session. `status` is 0 while unanswered."""

    method: str
    command: str
    query: dict[str, str] = field(default_factory=dict)
    status: int = 0
    body_size: int = 0


class RequestLog:
    """Requests in the order of their arrival, the last `REMEMBERED` of them; thread-safe."""

    def __init__(self) -> None:
        self._seen: dict[int, Seen] = {}
        self._count = 0
        self._gate = threading.Lock()

    def arrive(self, seen: Seen) -> int:
        """Note a request; gives its number."""
        with self._gate:
            self._count += 1
            self._seen[self._count] = seen
            self._seen.pop(self._count - REMEMBERED, None)
            return self._count

    def answered(self, number: int, status: int) -> None:
        with self._gate:
            if number in self._seen:
                self._seen[number] = replace(self._seen[number], status=status)

    def all(self) -> tuple[Seen, ...]:
        with self._gate:
            return tuple(self._seen.values())
