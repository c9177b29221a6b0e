"""Steer a terminal that runs in another process: what `steering` gives every simulator, its state, and who is there.

GET    /state      mode, lock, phase, buffer, names of what is stored (no biometric data)
POST   /present    {"person": 3, "quality": 0.9, ...} or {"person": null}
"""

from typing import Any, Final, Protocol

from starlette.routing import BaseRoute

from app.simulators.ef45.capture import Phase
from app.simulators.ef45.observed import TerminalState
from app.simulators.people import Person
from app.simulators.steering import Steerable, presence, route, steering_routes

_ACTIONS: Final = frozenset(
    {"store", "leave_stale", "recognize", "tap_card", "steal_lock", "expire_lock", "enter_menu", "leave_menu",
     "set_clock_error", "configure", "reboot"}
)  # fmt: skip


class Steered(Steerable, Protocol):
    """The terminal as this module steers it."""

    @property
    def state(self) -> TerminalState: ...
    def present(self, who: Person | None, **conditions: Any) -> None: ...


def control_routes(terminal: Steered) -> list[BaseRoute]:
    """The routes that steer this terminal."""
    return [
        *steering_routes(terminal, lambda _body: _state(terminal.state), _ACTIONS),
        route("POST", "/present", presence(terminal.present, hold=Phase)),
    ]


def _state(state: TerminalState) -> object:
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
