"""Steer a server that runs in another process, over HTTP under /_simulator.

GET    /state            sessions and how many faces they hold (no biometric data), the signing certificate
GET    /requests         every request seen
POST   /faults           one fault, or a list: members of faults.Fault
DELETE /faults           forget those still to come
POST   /vary             members of settings.Variants
POST   /act/{action}     {"argument": ...}: end_session, set_clock_error, set_working, change_algorithm, rotate_key,
                         rotate_to_expired_key, finish_liveness
"""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.simulators.bioserver.observed import Seen, SessionState
from app.simulators.faults import Fault, FaultScript

_ACTIONS: Final = frozenset(
    {"end_session", "set_clock_error", "set_working", "change_algorithm", "rotate_key", "rotate_to_expired_key",
     "finish_liveness"}
)  # fmt: skip
_Command = Callable[[Any], object]


class Steered(Protocol):
    """The server as this module steers it; the actions are its methods of the same names."""

    @property
    def faults(self) -> FaultScript: ...
    @property
    def sessions(self) -> tuple[SessionState, ...]: ...
    @property
    def requests(self) -> tuple[Seen, ...]: ...
    @property
    def certificate_pem(self) -> str: ...
    def vary(self, **changes: Any) -> None: ...


def control_routes(server: Steered) -> list[BaseRoute]:
    """The routes that steer this server."""
    steering = _Steering(server)
    return [
        _route("GET", "/state", steering.state),
        _route("GET", "/requests", steering.requests),
        _route("POST", "/faults", steering.add_faults),
        _route("DELETE", "/faults", steering.clear_faults),
        _route("POST", "/vary", steering.vary),
        *[_route("POST", f"/act/{action}", steering.action(action)) for action in sorted(_ACTIONS)],
    ]


def _route(method: str, path: str, command: _Command) -> Route:
    return Route(f"/_simulator{path}", _endpoint(command), methods=[method])


def _endpoint(command: _Command) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body: Any = json.loads(await request.body() or b"{}")
            return _json(await asyncio.to_thread(command, body), 200)
        except (TypeError, ValueError, KeyError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


def _json(value: object, status: int) -> Response:
    return Response(json.dumps(value, default=_plain), status, media_type="application/json")


def _plain(value: Any) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


class _Steering:
    def __init__(self, server: Steered) -> None:
        self._server = server

    def state(self, _body: Any) -> object:
        sessions = [
            {"id": session.session_id, "faces": len(session.faces), "expires": session.expires.isoformat()}
            for session in self._server.sessions
        ]
        return {"sessions": sessions, "certificate": self._server.certificate_pem}

    def requests(self, _body: Any) -> object:
        return [dataclasses.asdict(seen) for seen in self._server.requests]

    def add_faults(self, body: Any) -> object:
        self._server.faults.add(*(Fault(**fault) for fault in (body if isinstance(body, list) else [body])))
        return {}

    def clear_faults(self, _body: Any) -> object:
        self._server.faults.clear()
        return {}

    def vary(self, body: Any) -> object:
        self._server.vary(**body)
        return {}

    def action(self, name: str) -> _Command:
        def act(body: Any) -> object:
            return {"result": getattr(self._server, name)(**body)}

        return act
