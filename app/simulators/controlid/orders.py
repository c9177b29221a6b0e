"""remote_enroll as it was ordered, and what came of it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.simulators.controlid.prints import Touch
from app.simulators.controlid.settings import Modality
from app.simulators.controlid.wire import Document, Refused, member
from app.simulators.faults import Fault

_TYPES: Final[dict[str, type]] = {
    "type": str,
    "user_id": int,
    "save": bool,
    "panic_finger": int,
    "registration": str,
    "message": str,
    "msg": str,
    "sync": bool,
    "auto": bool,
    "countdown": int,
}


@dataclass(frozen=True)
class Order:
    """The parameters of one enrollment, checked."""

    modality: Modality
    user_id: int = 0
    save: bool = False
    sync: bool = False
    panic_finger: int = 0
    registration: str = ""
    message: str = ""
    auto: bool = False
    countdown: int = 5
    strikes: Mapping[str, Fault] = field(default_factory=dict)


def read_order(document: Document, strikes: Mapping[str, Fault], *, refuse_unknown: bool) -> Order:
    """The order in a request; absent members are false, 0 or empty."""
    if refuse_unknown and (unknown := sorted(set(document) - set(_TYPES))):
        raise Refused(f"Failed: Invalid member '{unknown[0]}'")
    name = member(document, "type", str)
    if name not in set(Modality):
        raise Refused(f"Failed: Invalid type '{name}'")
    given: dict[str, Any] = {key: member(document, key, kind) for key, kind in _TYPES.items() if key in document}
    older = given.pop("msg", "")
    message = given.pop("message", "") or older
    modality = Modality(given.pop("type"))
    order = Order(modality, message=message, strikes=strikes, **given)
    _check(order)
    return order


def _check(order: Order) -> None:
    if order.panic_finger not in {0, 1}:
        raise Refused("Failed: Invalid member 'panic_finger' (0 or 1 expected)")
    if order.countdown < 0 or order.user_id < 0:
        raise Refused("Failed: Invalid member 'countdown' or 'user_id' (not negative)")
    if order.save and not order.user_id:
        raise Refused("Failed: Missing member 'user_id' (save is true)")


@dataclass(frozen=True)
class Captured:
    """What a person gave; the part of its modality is filled."""

    order: Order
    user_id: int
    touches: tuple[Touch, ...] = field(default=(), repr=False)
    face: bytes = field(default=b"", repr=False)
    number: int = field(default=0, repr=False)
    secret: str = field(default="", repr=False)


@dataclass
class Job:
    """One enrollment under way. `reply` is the synchronous answer, None when the terminal went down amid it;
    `ending` means that the outcome is shown already."""

    order: Order
    canceled: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    dropped: bool = False
    ending: bool = False
    reply: Document | None = field(default=None, repr=False)


class EndedError(Exception):
    """An enrollment that ended without a result; `info` goes with the error."""

    def __init__(self, error: str, last_error: str = "UNKNOWN", info: Document | None = None) -> None:
        super().__init__(error)
        self.last_error = last_error
        self.document: Document = {"error": error} | ({} if info is None else {"info": info})
