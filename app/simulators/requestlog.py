"""What a simulator remembers of the requests it got: the last of them, in the order of their arrival."""

import threading
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

Seen = TypeVar("Seen")
"""The simulator's own frozen dataclass for one request; never holds a body."""

REMEMBERED = 20_000


@dataclass
class RequestLog(Generic[Seen]):
    """The last `REMEMBERED` requests; thread-safe."""

    _seen: dict[int, Seen] = field(default_factory=dict)
    _count: int = 0
    _gate: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def arrive(self, seen: Seen) -> int:
        """Note a request; gives its number."""
        with self._gate:
            self._count += 1
            self._seen[self._count] = seen
            self._seen.pop(self._count - REMEMBERED, None)
            return self._count

    def update(self, number: int, **changes: object) -> None:
        """Change members of a noted request, such as the status of its answer."""
        with self._gate:
            if number in self._seen:
                request: Any = self._seen[number]
                self._seen[number] = replace(request, **changes)

    def all(self) -> tuple[Seen, ...]:
        """Every remembered request."""
        with self._gate:
            return tuple(self._seen.values())

    def clear(self) -> None:
        """Forget them."""
        with self._gate:
            self._seen.clear()
