"""What can be seen of a BioServer from outside its wire: its sessions, and the requests it got."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime


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


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
