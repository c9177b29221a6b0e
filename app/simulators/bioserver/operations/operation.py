"""What an operation is: its name in the document, where it lives, and the function that carries it out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.simulators.bioserver.memory import Memory
from app.simulators.bioserver.wire import Call, Document, is_multipart


@dataclass(frozen=True)
class Answer:
    """An answer before it is dressed and signed; moments in it are datetimes.

    `content` is an object, an array of objects that are each signed, bytes of `media_type`, or nothing.
    `place` is the path below the base of what was created. `detached`: the signature leaves the payload out.
    """

    status: int
    content: Document | list[Document] | bytes | None = field(default=None, repr=False)
    media_type: str = "application/json"
    place: str | None = None
    signed: bool = False
    detached: bool = False


@dataclass(frozen=True)
class Operation:
    """One operation. `name` is the document's; two of one method and path are told apart by `multipart`."""

    name: str
    method: str
    path: str
    run: Callable[[Memory, Call], Answer]
    multipart: bool | None = None
    free: bool = False
    query: frozenset[str] = frozenset()

    def takes(self, content_type: str) -> bool:
        return self.multipart is None or self.multipart == is_multipart(content_type)
