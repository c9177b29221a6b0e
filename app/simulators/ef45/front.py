"""The terminal's HTTP front: every request is noted, struck by faults, checked for the lock, and answered."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.simulators.ef45.observed import Seen
from app.simulators.ef45.operations import OPERATIONS, Machine, Mischief, Operation
from app.simulators.ef45.render import refusal, render
from app.simulators.ef45.wire import Call, Refused
from app.simulators.faults import DropResponse, FaultScript, play
from app.simulators.requestlog import RequestLog

BASE_PATH = "/1.0"
CONTROL_PATH = "/_simulator"
_NUMBER = "ef45.request_number"


class Front:
    """The ASGI application of one terminal; `down` drops every connection, as a terminal without power does."""

    def __init__(self, machine: Machine, faults: FaultScript, control: list[BaseRoute]) -> None:
        self.requests: RequestLog[Seen] = RequestLog()
        self.down = False
        self._machine = machine
        self._faults = faults
        routes: list[BaseRoute] = [
            Route(BASE_PATH + operation.path, self._endpoint(operation), methods=[operation.method])
            for operation in OPERATIONS
        ]
        self._app: ASGIApp = Starlette(routes=[*routes, *control])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.down:
            await DropResponse()(scope, receive, send)
        elif scope["path"].startswith(CONTROL_PATH):
            await self._app(scope, receive, send)
        else:
            await self._noted(scope, receive, send)

    async def _noted(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        seen = Seen(request.method, request.url.path, query=dict(request.query_params), at=time.monotonic())
        scope[_NUMBER] = number = self.requests.arrive(seen)

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.requests.update(number, status=message["status"])
            await send(message)

        await self._app(scope, receive, watch)

    def _endpoint(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            faults = self._faults.take(operation.name)
            call = await _call(request, frozenset(fault.kind for fault in faults))
            self.requests.update(request.scope[_NUMBER], operation=operation.name, body_size=len(call.body))
            if Mischief.REBOOT in call.strikes:
                self._machine.reboot()
                return DropResponse()
            return await play(faults, lambda: asyncio.to_thread(self._answer, operation, call, request))

        return endpoint

    def _answer(self, operation: Operation, call: Call, request: Request) -> Response:
        device = self._machine.device
        with contextlib.nullcontext() if operation.free else device.gate:
            device.advance()
            if Mischief.STEAL_LOCK in call.strikes:
                device.take_lock()
            try:
                self._check(operation, call, request)
                return render(operation.run(self._machine, call), operation.success, device.variants)
            except Refused as refused:
                return refusal(refused, device.variants)

    def _check(self, operation: Operation, call: Call, request: Request) -> None:
        device = self._machine.device
        if operation.locked and not device.holds(call.query.get("lock_uid", "")):
            raise Refused(device.variants.lock_refusal, "lock_uid is missing or does not hold the lock")
        known = {*operation.query, *(["lock_uid"] if operation.locked else [])}
        if unknown := sorted(set(call.query) - known):
            raise Refused(400, f"unknown parameter {unknown[0]}")
        if len(request.query_params.multi_items()) != len(call.query):
            raise Refused(400, "a parameter is given twice")


async def _call(request: Request, strikes: frozenset[str]) -> Call:
    path = {name: str(value) for name, value in request.path_params.items()}
    content_type = request.headers.get("content-type", "")
    return Call(dict(request.query_params), path, await request.body(), content_type, strikes)
