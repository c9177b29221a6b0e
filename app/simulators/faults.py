"""Scripted faults, as values a test fills in and any HTTP simulator plays out."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.simulators.serving import CUT

HTML_ERROR: Final = (
    "<!DOCTYPE html><html><head><title>500 Internal Server Error</title></head>"
    "<body><h1>Internal Server Error</h1><p>The server encountered an unexpected condition.</p></body></html>"
)
GARBAGE: Final = bytes((7 * i * i + 13 * i + 129) % 256 for i in range(700))


class Kind(StrEnum):
    """Faults every HTTP simulator knows. Any other text names one that a single simulator understands.

    Without the operation being carried out:
        REFUSE       `status` with `body`
        HTML         status 500 with a page of HTML
        DROP         the connection is reset before any answer
    With the operation carried out, and its answer then spoiled:
        CUT          the connection ends after the share `keep` of the body
        GARBAGE      a success whose body is not text
        EMPTY        a success with no body
        WRONG_TYPE   valid JSON of a type nobody asked for (`body`, or a list of numbers)
    Before either:
        SLOW         wait `delay` seconds
    """

    REFUSE = "refuse"
    HTML = "html"
    DROP = "drop"
    CUT = "cut"
    GARBAGE = "garbage"
    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    SLOW = "slow"


@dataclass(frozen=True)
class Fault:
    """One scripted fault.

    `operation` is a pattern with `*` over the simulator's operation names, such as `GET /preview` or `* /faces*`.
    The first `after` matching requests pass, the next `times` suffer (None: all that follow).
    """

    kind: str
    operation: str = "*"
    times: int | None = 1
    after: int = 0
    status: int = 500
    body: str = ""
    delay: float = 0.0
    keep: float = 0.5


@dataclass
class _Scripted:
    fault: Fault
    seen: int = 0

    def strikes(self, operation: str) -> bool:
        if not fnmatchcase(operation, self.fault.operation):
            return False
        self.seen += 1
        turn = self.seen - self.fault.after
        return turn > 0 and (self.fault.times is None or turn <= self.fault.times)


@dataclass
class FaultScript:
    """The faults still to come; filled by a test, consulted by a simulator, from any thread."""

    _scripted: list[_Scripted] = field(default_factory=list)
    _gate: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, *faults: Fault) -> None:
        with self._gate:
            self._scripted.extend(_Scripted(fault) for fault in faults)

    def clear(self) -> None:
        with self._gate:
            self._scripted.clear()

    def take(self, operation: str) -> tuple[Fault, ...]:
        """The faults that strike this request; each request is asked about exactly once."""
        with self._gate:
            return tuple(scripted.fault for scripted in self._scripted if scripted.strikes(operation))


async def play(faults: Iterable[Fault], produce: Callable[[], Awaitable[Response]]) -> Response:
    """Answer a request under `faults`; `produce` carries the operation out and makes the honest answer."""
    struck = {fault.kind: fault for fault in faults}
    if slow := struck.get(Kind.SLOW):
        await asyncio.sleep(slow.delay)
    for kind, instead in _INSTEAD.items():
        if kind in struck:
            return instead(struck[kind])
    response = await produce()
    for kind, spoil in _SPOIL.items():
        if kind in struck:
            return spoil(struck[kind], response)
    return response


class CutResponse(Response):
    """Announces the whole body, sends a share of it, then ends the connection."""

    def __init__(self, whole: Response, keep: float) -> None:
        body = bytes(whole.body)
        super().__init__(body, whole.status_code, media_type="application/json")
        self._part = body[: int(len(body) * keep)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._part, "more_body": True})
        await _end(scope, receive, abort=False)


class DropResponse(Response):
    """Resets the connection without a byte of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _end(scope, receive, abort=True)


async def _end(scope: Scope, receive: Receive, *, abort: bool) -> None:
    scope[CUT](abort=abort)
    while (await receive())["type"] != "http.disconnect":
        pass


def _refuse(fault: Fault) -> Response:
    return Response(fault.body, fault.status, media_type="application/json")


def _html(_fault: Fault) -> Response:
    return Response(HTML_ERROR, 500, media_type="text/html")


def _drop(_fault: Fault) -> Response:
    return DropResponse()


def _cut(fault: Fault, whole: Response) -> Response:
    return CutResponse(whole, fault.keep)


def _garbage(_fault: Fault, whole: Response) -> Response:
    return Response(GARBAGE, _with_body(whole), media_type="application/json")


def _empty(_fault: Fault, whole: Response) -> Response:
    return Response(b"", _with_body(whole), media_type="application/json")


def _wrong_type(fault: Fault, whole: Response) -> Response:
    return Response(fault.body or "[1, 2, 3]", _with_body(whole), media_type="application/json")


def _with_body(whole: Response) -> int:
    return 200 if whole.status_code == 204 else whole.status_code


_INSTEAD: Final[dict[Kind, Callable[[Fault], Response]]] = {
    Kind.REFUSE: _refuse,
    Kind.HTML: _html,
    Kind.DROP: _drop,
}
_SPOIL: Final[dict[Kind, Callable[[Fault, Response], Response]]] = {
    Kind.CUT: _cut,
    Kind.GARBAGE: _garbage,
    Kind.EMPTY: _empty,
    Kind.WRONG_TYPE: _wrong_type,
}
