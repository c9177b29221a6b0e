"""Steering a simulator that runs in another process: the routes under /_simulator that every HTTP simulator has.

GET    /requests              every request seen
POST   /faults                one fault, or a list: members of faults.Fault
DELETE /faults                forget those still to come
POST   /vary                  members of the simulator's settings.Variants
POST   /act/{action}          {"argument": ...}: a method of the simulator; `person` gives the synthetic person

What else can be looked at or done is the simulator's own: `state`, and routes made with `route`.
"""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.simulators.faults import Fault, FaultScript
from app.simulators.people import person

Command = Callable[[Any], object]
"""Gets the request's JSON, gives what can be written as JSON; TypeError, ValueError and KeyError mean 400."""

PATH = "/_simulator"


class Steerable(Protocol):
    """What every simulator offers; the actions are its methods of the same names."""

    @property
    def faults(self) -> FaultScript: ...
    @property
    def requests(self) -> tuple[Any, ...]: ...
    def vary(self, **changes: Any) -> None: ...


def steering_routes(
    simulator: Steerable, state: Command, actions: Iterable[str], refusal: type[Exception] = ValueError
) -> list[BaseRoute]:
    """The routes that every simulator has; an action that raises `refusal` is answered 400."""
    return [
        route("GET", "/state", state),
        route("GET", "/requests", lambda _body: [dataclasses.asdict(seen) for seen in simulator.requests]),
        route("POST", "/faults", lambda body: _add_faults(simulator.faults, body)),
        route("DELETE", "/faults", lambda _body: simulator.faults.clear()),
        route("POST", "/vary", lambda body: simulator.vary(**body)),
        *[route("POST", f"/act/{action}", _action(simulator, action), refusal) for action in sorted(actions)],
    ]


def route(method: str, path: str, command: Command, refusal: type[Exception] = ValueError) -> Route:
    """One route; the command runs on a thread, as it may wait for the simulator."""

    async def endpoint(request: Request) -> Response:
        try:
            body: Any = json.loads(await request.body() or b"{}")
            return _json(await asyncio.to_thread(command, body), 200)
        except (TypeError, ValueError, KeyError, refusal) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    handler: Callable[[Request], Awaitable[Response]] = endpoint
    return Route(f"{PATH}{path}", handler, methods=[method])


def presence(present: Callable[..., None], **readings: Callable[[Any], object]) -> Command:
    """The command for POST /present: {"person": 3, ...} or {"person": null}; `readings` turn JSON into conditions."""

    def command(body: Any) -> object:
        conditions = dict(body)
        number = conditions.pop("person")
        for name, read in readings.items():
            if conditions.get(name) is not None:
                conditions[name] = read(conditions[name])
        present(None if number is None else person(int(number)), **conditions)
        return {}

    return command


def _add_faults(faults: FaultScript, body: Any) -> object:
    faults.add(*(Fault(**fault) for fault in (body if isinstance(body, list) else [body])))
    return {}


def _action(simulator: Steerable, name: str) -> Command:
    def act(body: Any) -> object:
        arguments = dict(body)
        if "person" in arguments:
            arguments["who"] = person(int(arguments.pop("person")))
        return {"result": getattr(simulator, name)(**arguments)}

    return act


def _json(value: object, status: int) -> Response:
    return Response(json.dumps(value, default=_plain), status, media_type="application/json")


def _plain(value: Any) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
