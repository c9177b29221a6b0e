"""What a command is: its name, how it is called, whether it needs a session, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.simulators.controlid.device import Device
from app.simulators.controlid.wire import Call, Document


@dataclass(frozen=True)
class Answer:
    """A success (or a told failure): a document, bytes of a media type, nothing, or `dropped`: no answer at all."""

    document: Document | None = field(default=None, repr=False)
    data: bytes = field(default=b"", repr=False)
    media_type: str = "application/json"
    status: int = 200
    dropped: bool = False


NOTHING = Answer()


@dataclass(frozen=True)
class Operation:
    """`free` needs no session; `cookie` takes one from a cookie too; `changes` needs more than factory rights."""

    name: str
    run: Callable[[Device, Call], Answer]
    methods: tuple[str, ...] = ("POST",)
    free: bool = False
    cookie: bool = True
    changes: bool = False
