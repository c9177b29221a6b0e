"""Steer a terminal that runs in another process, over HTTP under /_simulator.

GET    /state                 mode, lock, phase, buffer, names of what is stored (no biometric data)
GET    /requests              every request seen
POST   /present               {"person": 3, "quality": 0.9, ...} or {"person": null}
POST   /faults                one fault, or a list: members of faults.Fault
DELETE /faults                forget those still to come
POST   /vary                  members of settings.Variants
POST   /act/{action}          {"arguments"...}: store, leave_stale, recognize, tap_card, steal_lock, expire_lock,
                              enter_menu, leave_menu, set_clock_error, configure, reboot
"""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.simulators.ef45.capture import Phase
from app.simulators.ef45.observed import Seen, TerminalState
from app.simulators.faults import Fault, FaultScript
from app.simulators.people import Person, person

_ACTIONS: Final = frozenset(
    {"store", "leave_stale", "recognize", "tap_card", "steal_lock", "expire_lock", "enter_menu", "leave_menu",
     "set_clock_error", "configure", "reboot"}
)  # fmt: skip
_Command = Callable[[Any], object]


class Steered(Protocol):
    """The terminal as this module steers it; the actions are its methods of the same names."""

    @property
    def faults(self) -> FaultScript: ...
    @property
    def state(self) -> TerminalState: ...
    @property
    def requests(self) -> tuple[Seen, ...]: ...
    def present(self, who: Person | None, **conditions: Any) -> None: ...
    def vary(self, **changes: Any) -> None: ...


def control_routes(terminal: Steered) -> list[BaseRoute]:
    """The routes that steer this terminal."""
    steering = _Steering(terminal)
    return [
        _route("GET", "/state", steering.state),
        _route("GET", "/requests", steering.requests),
        _route("POST", "/present", steering.present),
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
            return JSONResponse(await asyncio.to_thread(command, body))
        except (TypeError, ValueError, KeyError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


class _Steering:
    def __init__(self, terminal: Steered) -> None:
        self._terminal = terminal

    def state(self, _body: Any) -> object:
        state = self._terminal.state
        return {
            "mode": state.mode,
            "lock_uid": state.lock_uid,
            "version": state.version,
            "phase": state.phase,
            "buffer": state.buffer,
            "matches": state.matches,
            "subjects": sorted(state.subjects),
            "user_info": sorted(state.user_info),
            "faces": sorted(state.faces),
            "door_log": state.door_log,
            "log_count": len(state.logs),
            "card_standby": state.card_standby,
            "clock_offset": state.clock_offset.total_seconds(),
        }

    def requests(self, _body: Any) -> object:
        return [dataclasses.asdict(seen) for seen in self._terminal.requests]

    def present(self, body: Any) -> object:
        conditions = dict(body)
        number = conditions.pop("person")
        if conditions.get("hold") is not None:
            conditions["hold"] = Phase(conditions["hold"])
        self._terminal.present(None if number is None else person(int(number)), **conditions)
        return {}

    def add_faults(self, body: Any) -> object:
        self._terminal.faults.add(*(Fault(**fault) for fault in (body if isinstance(body, list) else [body])))
        return {}

    def clear_faults(self, _body: Any) -> object:
        self._terminal.faults.clear()
        return {}

    def vary(self, body: Any) -> object:
        self._terminal.vary(**body)
        return {}

    def action(self, name: str) -> _Command:
        def act(body: Any) -> object:
            arguments = dict(body)
            if "person" in arguments:
                arguments["who"] = person(int(arguments.pop("person")))
            return {"result": getattr(self._terminal, name)(**arguments)}

        return act
