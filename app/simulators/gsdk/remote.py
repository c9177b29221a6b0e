"""Steer a gateway that runs in another process: what `steering` gives every simulator, and what only a gateway has.

GET    /state          version, devices with their users, settings that matter, and the server-matching channel
POST   /present        {"person": 3, "device_id": ..., "finger": 2, ...} or {"person": null}
POST   /visit          {"device_id": ..., "person": 3, "by": "card" | "finger" | "id", "finger": 2}
POST   /traffic        {"rate": 20, "count": 100, "devices": [...], "users": [...]}: typed IDs; gives a report
"""

import dataclasses
import itertools
from typing import Any, Final, Protocol

from starlette.routing import BaseRoute

from app.simulators.gsdk import touches, traffic
from app.simulators.gsdk.asking import Asking
from app.simulators.gsdk.visits import Visits
from app.simulators.gsdk.wire import Refused
from app.simulators.gsdk.world import World
from app.simulators.people import Person, person
from app.simulators.steering import Steerable, presence, route, steering_routes

_ACTIONS: Final = ("cut_streams", "fill_log", "occupy", "plug_in", "restart", "unplug", "use_certificate")


class Steered(Steerable, Protocol):
    """The gateway as this module steers it."""

    world: World
    asking: Asking
    visits: Visits

    def present(self, who: Person | None, device_id: int | None = None, **conditions: Any) -> None: ...


def control_routes(gateway: Steered) -> list[BaseRoute]:
    """The routes that steer this gateway."""
    return [
        *steering_routes(gateway, lambda _body: _state(gateway.world), _ACTIONS, Refused),
        route("POST", "/present", presence(gateway.present, fingers=tuple, card=bytes.fromhex)),
        route("POST", "/visit", lambda body: dataclasses.asdict(_visit(gateway, **body)), Refused),
        route("POST", "/traffic", lambda body: dataclasses.asdict(_traffic(gateway, **body))),
    ]


def _visit(gateway: Steered, device_id: int, person: int, by: str = "card", finger: int = 2) -> Any:
    who = _person(person)
    if by == "finger":
        return gateway.visits.touch(device_id, who, finger)
    if by == "id":
        return gateway.visits.type_id(device_id, who.user_uuid)
    return gateway.visits.tap(device_id, touches.card_of(who))


def _traffic(gateway: Steered, rate: float, count: int, devices: list[int], users: list[str]) -> traffic.Report:
    pairs = zip(itertools.cycle(devices or list(gateway.world.devices)), itertools.cycle(users), strict=False)
    asks = ((lambda at=at, who=who: gateway.asking.verify_id(at, who)) for at, who in pairs)
    return traffic.report(traffic.send(asks, rate, count), rate=rate)


def _person(number: int) -> Person:
    return person(number)


def _state(world: World) -> object:
    return {
        "version": world.make.version,
        "generation": world.generation,
        "subscribed": world.channel.held,
        "asked": len(world.channel.asked),
        "answered": sum(1 for asked in world.channel.asked if asked.answers),
        "devices": {
            str(number): {
                "connected": device.connected,
                "model": device.model,
                "users": sorted(device.users),
                "server_matching": device.auth.useServerMatching,
                "global_apb": device.auth.useGlobalAPB,
                "template_format": device.finger_format,
                "events": len(device.events),
                "scanning": device.stage.scanning,
            }
            for number, device in world.devices.items()
        },
    }
