"""GetConfig, SetConfig and SetConfigMulti, the same for every service that has a configuration."""

from collections.abc import Callable
from typing import Any, Final

import grpc

from app.devices.gsdk.pb import Package
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.wire import failed, invalid, unable
from app.simulators.gsdk.world import World

Check = Callable[[Device, Any], None]


def config_answers(world: World, package: Package, name: str) -> dict[str, Answer]:
    """A set configuration replaces the whole, with whatever members it has; raises Refused for what no device takes."""
    service = package.service.rpartition(".")[2]

    def write(device: Device, given: Any) -> None:
        check(device, name, given)
        with device.gate:
            device.configs[name].CopyFrom(given)

    def get_config(request: Any, _context: grpc.ServicerContext) -> Any:
        device = world.device(request.deviceID)
        check_there(device, name)
        with device.gate:
            return package.methods["GetConfig"].reply(config=device.configs[name])

    def set_config(request: Any, _context: grpc.ServicerContext) -> Any:
        write(world.device(request.deviceID), request.config)
        return package.methods["SetConfig"].reply()

    def set_config_multi(request: Any, _context: grpc.ServicerContext) -> Any:
        world.each(f"{service}/SetConfigMulti", request.deviceIDs, lambda device: write(device, request.config))
        return package.methods["SetConfigMulti"].reply()

    answers: dict[str, Answer] = {"GetConfig": get_config, "SetConfig": set_config}
    if "SetConfigMulti" in package.methods:
        answers["SetConfigMulti"] = set_config_multi
    return answers


def check_there(device: Device, name: str) -> None:
    """Raises Refused where this model has nothing to configure."""
    lacks = {"finger": not device.model.reads_fingers, "face": not device.model.reads_faces}
    if lacks.get(name, False):
        raise unable(f"{name} configuration is not supported by this device")


def check(device: Device, name: str, given: Any) -> None:
    """Raises Refused when the device would not take this configuration."""
    check_there(device, name)
    for member, (least, most) in _RANGES.get(name, {}).items():
        if not least <= getattr(given, member) <= most:
            raise invalid(f"{member} is out of range")
    if special := _CHECKS.get(name):
        special(device, given)


def _check_auth(device: Device, given: Any) -> None:
    if len(given.operators) > 10:
        raise invalid("at most ten operators")
    for schedule in given.authSchedules:
        if schedule.mode >= 11 and schedule.mode < 254 and not device.model.visual:
            raise invalid("extended modes need an extended device")


def _check_finger(device: Device, given: Any) -> None:
    if given.templateFormat != device.finger_format and any(True for _ in device.templates()):
        raise failed("delete every enrolled template before changing the format")


def _check_display(device: Device, given: Any) -> None:
    if given.useUserPhrase and not device.capability_info().userPhraseSupported:
        raise unable("user phrases are not supported by this device")
    if given.msgTimeout and not 500 <= given.msgTimeout <= 5000:
        raise invalid("msgTimeout is out of range")


_RANGES: Final[dict[str, dict[str, tuple[int, int]]]] = {
    "auth": {"matchTimeout": (1, 20), "authTimeout": (3, 20)},
    "finger": {"scanTimeout": (1, 20)},
    "display": {"volume": (0, 100)},
}
_CHECKS: Final[dict[str, Check]] = {"auth": _check_auth, "finger": _check_finger, "display": _check_display}
