"""The terminal's HTTP front: every request is noted, struck by faults, checked for its session, and answered."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.simulators.controlid.device import Device
from app.simulators.controlid.observed import Seen
from app.simulators.controlid.operations import OPERATIONS, Answer, Operation
from app.simulators.controlid.settings import Mischief
from app.simulators.controlid.wire import Call, Refused
from app.simulators.faults import DropResponse, Fault, FaultScript, play
from app.simulators.requestlog import RequestLog

CONTROL_PATH: Final = "/_simulator"
SERVER: Final = {"Server": "lighttpd/1.4.51"}


class SilentResponse(Response):
    """Never answers: the client gives up, or the terminal goes down."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


class Front:
    """The ASGI application of one terminal; `down` drops every connection, as a terminal without power does."""

    def __init__(self, device: Device, faults: FaultScript, control: list[BaseRoute], reboot: Callable[[], None]):
        self.requests: RequestLog[Seen] = RequestLog()
        self.down = False
        self._device = device
        self._faults = faults
        self._reboot = reboot
        commands = Route("/{command}.fcgi", self._endpoint, methods=["GET", "POST"])
        self._app: ASGIApp = Starlette(routes=[*control, commands])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.down:
            await DropResponse()(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _endpoint(self, request: Request) -> Response:
        command = str(request.path_params["command"])
        struck = {fault.kind: fault for fault in self._faults.take(command)}
        call = Call(
            command,
            dict(request.query_params),
            await request.body(),
            request.headers.get("content-type", ""),
            struck,
        )
        shown = {name: value for name, value in call.query.items() if name != "session"}
        number = self.requests.arrive(Seen(request.method, command, shown, body_size=len(call.body)))
        return _Noted(
            await self._played(request, call, struck), lambda status: self.requests.update(number, status=status)
        )

    async def _played(self, request: Request, call: Call, struck: dict[str, Fault]) -> Response:
        if Mischief.REBOOT in struck:
            self._reboot()
            return DropResponse()
        if Mischief.SESSION_DIES in struck:
            self._device.sessions.close(call.query.get("session"))
        response = await play(struck.values(), lambda: asyncio.to_thread(self._answer, request, call))
        return SilentResponse() if Mischief.NEVER_ANSWERS in struck else response

    def _answer(self, request: Request, call: Call) -> Response:
        with contextlib.suppress(UnicodeDecodeError):
            try:
                operation = self._allowed(request, call)
                return self._render(operation.run(self._device, call))
            except Refused as refused:
                return JSONResponse(refused.document, refused.status, SERVER)
        return JSONResponse({"error": "Failed: Invalid encoding"}, 400, SERVER)

    def _allowed(self, request: Request, call: Call) -> Operation:
        """The operation, once it is known, called as it must be, and by somebody who may."""
        operation = OPERATIONS.get(call.command)
        if operation is None:
            raise Refused(f"Invalid command: {call.command}")
        if request.method not in operation.methods:
            raise Refused(f"Invalid method for command {call.command}", 405)
        if operation.free:
            return operation
        token = call.query.get("session") or (request.cookies.get("session") if operation.cookie else None)
        if not self._device.sessions.alive(token):
            raise Refused("Invalid session", 401)
        if Mischief.RIGHTS in call.strikes or (operation.changes and self._device.variants.factory_credentials):
            raise Refused(f"Invalid access level for command {call.command}", 401)
        return operation

    def _render(self, answer: Answer) -> Response:
        if answer.dropped:
            return DropResponse()
        if answer.document is not None:
            return JSONResponse(answer.document, answer.status, SERVER)
        data = answer.data or (b"{}" if self._device.variants.nothing_is_object else b"")
        return Response(data, answer.status, SERVER, answer.media_type)


class _Noted(Response):
    """Another response, whose status is told when it leaves."""

    def __init__(self, inner: Response, tell: Callable[[int], None]) -> None:
        super().__init__()
        self._inner = inner
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._tell(message["status"])
            await send(message)

        await self._inner(scope, receive, watch)
