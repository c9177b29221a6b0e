"""Steer a terminal that runs in another process: what `steering` gives every simulator, its state, and who is there.

GET    /state          status, mode, configuration, how many of what is stored (no biometric data)
GET    /deliveries     every post made
POST   /present        {"person": 3, "finger": 2, ...} or {"person": null}
"""

import dataclasses
from typing import Any, Final, Protocol

from starlette.routing import BaseRoute

from app.simulators.controlid.links import Delivery
from app.simulators.controlid.observed import TerminalState
from app.simulators.controlid.wire import Refused
from app.simulators.people import Person
from app.simulators.steering import Steerable, presence, route, steering_routes

_ACTIONS: Final = ("store", "identify", "reboot", "expire_sessions", "cancel_at_terminal")


class Steered(Steerable, Protocol):
    """The terminal as this module steers it."""

    @property
    def state(self) -> TerminalState: ...
    @property
    def deliveries(self) -> tuple[Delivery, ...]: ...
    def present(self, who: Person | None, **conditions: Any) -> None: ...


def control_routes(terminal: Steered) -> list[BaseRoute]:
    """The routes that steer this terminal."""
    return [
        *steering_routes(terminal, lambda _body: _state(terminal.state), _ACTIONS, Refused),
        route("GET", "/deliveries", lambda _body: [_delivery(done) for done in terminal.deliveries]),
        route("POST", "/present", presence(terminal.present, fingers=tuple)),
    ]


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
