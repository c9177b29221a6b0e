"""Steer a terminal that runs in another process, over HTTP under /_simulator.

GET    /state                 status, mode, configuration, how many of what is stored (no biometric data)
GET    /requests, /deliveries every command seen, every post made
POST   /present               {"person": 3, "finger": 2, ...} or {"person": null}
POST   /faults                one fault, or a list: members of faults.Fault
DELETE /faults                forget those still to come
POST   /vary                  members of settings.Variants
POST   /act/{action}          {"arguments"...}: store, identify, reboot, expire_sessions, cancel_at_terminal
"""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.simulators.controlid.links import Delivery
from app.simulators.controlid.observed import Seen, TerminalState
from app.simulators.controlid.wire import Refused
from app.simulators.faults import Fault, FaultScript
from app.simulators.people import Person, person

_ACTIONS: Final = ("store", "identify", "reboot", "expire_sessions", "cancel_at_terminal")
_Command = Callable[[Any], object]


class Steered(Protocol):
    """The terminal as this module steers it; the actions are its methods of the same names."""

    @property
    def faults(self) -> FaultScript: ...
    @property
    def state(self) -> TerminalState: ...
    @property
    def requests(self) -> tuple[Seen, ...]: ...
    @property
    def deliveries(self) -> tuple[Delivery, ...]: ...
    def present(self, who: Person | None, **conditions: Any) -> None: ...
    def vary(self, **changes: Any) -> None: ...


def control_routes(terminal: Steered) -> list[BaseRoute]:
    """The routes that steer this terminal."""
    return [
        _route("GET", "/state", lambda _body: _state(terminal.state)),
        _route("GET", "/requests", lambda _body: [dataclasses.asdict(seen) for seen in terminal.requests]),
        _route("GET", "/deliveries", lambda _body: [_delivery(done) for done in terminal.deliveries]),
        _route("POST", "/present", lambda body: _present(terminal, body)),
        _route("POST", "/faults", lambda body: _add_faults(terminal.faults, body)),
        _route("DELETE", "/faults", lambda _body: terminal.faults.clear()),
        _route("POST", "/vary", lambda body: terminal.vary(**body)),
        *[_route("POST", f"/act/{action}", _action(terminal, action)) for action in _ACTIONS],
    ]


def _route(method: str, path: str, command: _Command) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            body: Any = json.loads(await request.body() or b"{}")
            return JSONResponse(await asyncio.to_thread(command, body))
        except (TypeError, ValueError, KeyError, Refused) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    handler: Callable[[Request], Awaitable[Response]] = endpoint
    return Route(f"/_simulator{path}", handler, methods=[method])


def _state(state: TerminalState) -> object:
    return {
        "status": dataclasses.asdict(state.status),
        "mode": state.mode,
        "contingency": state.contingency,
        "sessions": state.sessions,
        "screen": state.screen,
        "configuration": state.configuration,
        "tables": {name: len(rows) for name, rows in state.tables.items()},
        "users": [row["id"] for row in state.tables["users"]],
        "photos": sorted(state.photos),
    }


def _delivery(delivery: Delivery) -> object:
    seen = dataclasses.asdict(delivery)
    del seen["answer"]
    return seen


def _present(terminal: Steered, body: Any) -> None:
    conditions = dict(body)
    number = conditions.pop("person")
    if conditions.get("fingers") is not None:
        conditions["fingers"] = tuple(conditions["fingers"])
    terminal.present(None if number is None else person(int(number)), **conditions)


def _add_faults(faults: FaultScript, body: Any) -> None:
    faults.add(*(Fault(**fault) for fault in (body if isinstance(body, list) else [body])))


def _action(terminal: Steered, name: str) -> _Command:
    def act(body: Any) -> object:
        arguments = dict(body)
        if "person" in arguments:
            arguments["who"] = person(int(arguments.pop("person")))
        return {"result": getattr(terminal, name)(**arguments)}

    return act
