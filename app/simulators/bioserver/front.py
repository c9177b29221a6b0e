"""The server's HTTP front: every request is noted, struck by faults, checked for its key, and answered."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.simulators.bioserver.memory import Memory
from app.simulators.bioserver.observed import Seen, SeenPart, digest
from app.simulators.bioserver.operations import OPERATIONS, Operation
from app.simulators.bioserver.operations.liveness import OTHER_RESULT_PATHS
from app.simulators.bioserver.render import BASE_PATH, VERSION_PATH, instead, refusal, refused_by, render
from app.simulators.bioserver.settings import Mischief
from app.simulators.bioserver.wire import Call, Refused, is_multipart, multipart
from app.simulators.faults import FaultScript, play
from app.simulators.requestlog import RequestLog

CONTROL_PATH: Final = "/_simulator"
_NUMBER: Final = "bioserver.request_number"
_AUTHORIZATION: Final = "authorization"


class Front:
    """The ASGI application of one server."""

    def __init__(self, memory: Memory, faults: FaultScript, control: list[BaseRoute]) -> None:
        self.requests: RequestLog[Seen] = RequestLog()
        self._memory = memory
        self._faults = faults
        self._genuine: dict[str, Response] = {}
        self._app: ASGIApp = Starlette(routes=[*self._routes(), *control])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(CONTROL_PATH):
            await self._app(scope, receive, send)
        else:
            await self._noted(scope, receive, send)

    def _routes(self) -> list[BaseRoute]:
        shared: dict[tuple[str, str], list[Operation]] = defaultdict(list)
        for operation in (*OPERATIONS, *OTHER_RESULT_PATHS):
            shared[operation.method, operation.path].append(operation)
        prefix = BASE_PATH + VERSION_PATH
        return [
            Route(prefix + path, self._endpoint(together), methods=[method])
            for (method, path), together in shared.items()
        ]

    async def _noted(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, begun = Request(scope), time.monotonic()
        seen = Seen(
            request.method,
            request.url.path,
            query=dict(request.query_params),
            headers=frozenset(request.headers.keys()),
            content_type=request.headers.get("content-type", ""),
            at=begun,
        )
        scope[_NUMBER] = number = self.requests.arrive(seen)

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.requests.update(number, status=message["status"], seconds=time.monotonic() - begun)
            await send(message)

        await self._app(scope, receive, watch)

    def _endpoint(self, together: Sequence[Operation]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            content_type = request.headers.get("content-type", "")
            operation = next((one for one in together if one.takes(content_type)), together[0])
            faults = self._faults.take(operation.name)
            path = {name: str(value) for name, value in request.path_params.items()}
            strikes = {fault.kind: fault for fault in faults}
            call = Call(dict(request.query_params), path, await request.body(), content_type, strikes)
            self.requests.update(
                request.scope[_NUMBER],
                operation=operation.name,
                body_size=len(call.body),
                body_digest=digest(call.body),
                parts=_parts(call),
                members=_members(call),
            )
            return await play(faults, lambda: asyncio.to_thread(self._answer, operation, call, request))

        return endpoint

    def _answer(self, operation: Operation, call: Call, request: Request) -> Response:
        variants = self._memory.variants
        if instead(call.strikes):
            return refused_by(call, variants)
        if Mischief.SESSION_ENDS in call.strikes:
            with self._memory.gate:
                self._memory.end(call.path.get("bioSessionId", ""))
        if Mischief.STALE in call.strikes and operation.name in self._genuine:
            return self._genuine[operation.name]
        try:
            self._check(operation, call, request)
            response = render(operation.run(self._memory, call), self._memory, call, _origin(request))
        except Refused as refused:
            return refusal(refused, variants)
        if not call.strikes:
            self._genuine.setdefault(operation.name, response)
        return response

    def _check(self, operation: Operation, call: Call, request: Request) -> None:
        make = self._memory.make
        if len(call.body) > make.maximum_body:
            raise Refused(413, "The request was too big")
        if not operation.free:
            self._check_key(request)
        elif make.key_header in request.headers:
            raise Refused(400, f"{operation.name} needs no key")
        if unknown := sorted(set(call.query) - operation.query):
            raise Refused(400, f"unknown parameter {unknown[0]}")
        if not self._memory.working and operation.name in {"GetStatus", "GetCapabilities"}:
            raise Refused(500, "The instance is not working properly")

    def _check_key(self, request: Request) -> None:
        make = self._memory.make
        keys = request.headers.getlist(make.key_header)
        if len(keys) > 1 or (make.key_header.lower() != _AUTHORIZATION and _AUTHORIZATION in request.headers):
            raise Refused(400, "more than one key")
        if keys == [make.forbidden_key]:
            raise Refused(403, "Missing permissions")
        if keys != [make.api_key]:
            raise Refused(401, "Authentication is required")


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _parts(call: Call) -> tuple[SeenPart, ...]:
    if not is_multipart(call.content_type):
        return ()
    try:
        parts = multipart(call.content_type, call.body)
    except Refused:
        return ()
    return tuple(SeenPart(part.name, part.filename, part.content_type, part.digest, len(part.body)) for part in parts)


def _members(call: Call) -> tuple[str, ...]:
    try:
        value = json.loads(call.body or b"null")
    except ValueError:
        return ()
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return tuple(value) if isinstance(value, dict) else ()
