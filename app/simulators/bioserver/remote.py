"""Steer a server that runs in another process: what `steering` gives every simulator, and its state.

GET    /state      sessions and how many faces they hold (no biometric data), the signing certificate
"""

from typing import Final, Protocol

from starlette.routing import BaseRoute

from app.simulators.bioserver.observed import SessionState
from app.simulators.steering import Steerable, steering_routes

_ACTIONS: Final = frozenset(
    {"end_session", "set_clock_error", "set_working", "change_algorithm", "rotate_key", "rotate_to_expired_key",
     "finish_liveness"}
)  # fmt: skip


class Steered(Steerable, Protocol):
    """The server as this module steers it."""

    @property
    def sessions(self) -> tuple[SessionState, ...]: ...
    @property
    def certificate_pem(self) -> str: ...


def control_routes(server: Steered) -> list[BaseRoute]:
    """The routes that steer this server."""
    return steering_routes(server, lambda _body: _state(server), _ACTIONS)


def _state(server: Steered) -> object:
    sessions = [
        {"id": session.session_id, "faces": len(session.faces), "expires": session.expires.isoformat()}
        for session in server.sessions
    ]
    return {"sessions": sessions, "certificate": server.certificate_pem}
