"""What can be seen of a BioServer from outside its wire: its sessions, and the requests it got."""

import hashlib
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

REMEMBERED: Final = 20_000


@dataclass(frozen=True)
class SeenPart:
    """One part of a multipart request; its body only as SHA-256 (hex) and size in bytes."""

    name: str
    filename: str | None
    content_type: str | None
    digest: str
    size: int


@dataclass(frozen=True)
class Seen:
    """One request as it was seen; never its body.

    `operation` is the document's name. `headers` are their names in lower case. `members` are those of a JSON body.
    `body_digest` is a SHA-256 (hex) of the whole body. `status` is 0 while unanswered, or when the connection ended
    without an answer. `at` is the steady clock; `seconds` is what the server took to answer.
    """

    method: str
    path: str
    operation: str = ""
    query: dict[str, str] = field(default_factory=dict)
    headers: frozenset[str] = frozenset()
    content_type: str = ""
    parts: tuple[SeenPart, ...] = ()
    members: tuple[str, ...] = ()
    body_size: int = 0
    body_digest: str = ""
    status: int = 0
    at: float = 0.0
    seconds: float = 0.0

    def part(self, name: str) -> SeenPart:
        """The part of this name. Raises StopIteration when it was not sent."""
        return next(part for part in self.parts if part.name == name)


@dataclass(frozen=True)
class SessionState:
    """A session as it is now: which faces it holds, and until when (aware)."""

    session_id: str
    correlation_id: str | None
    image_storage: bool
    created: datetime
    expires: datetime
    faces: tuple[str, ...]
    friendly_names: tuple[str | None, ...] = field(repr=False)


@dataclass
class RequestLog:
    """Requests in the order of their arrival, the last `REMEMBERED` of them; thread-safe."""

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
        with self._gate:
            if number in self._seen:
                self._seen[number] = replace(self._seen[number], **changes)  # type: ignore[arg-type]

    def all(self) -> tuple[Seen, ...]:
        with self._gate:
            return tuple(self._seen.values())

    def clear(self) -> None:
        with self._gate:
            self._seen.clear()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
