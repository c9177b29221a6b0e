"""config: settings by title and type, the door's state, and its relay."""

from typing import Any

from app.simulators.ef45.memory import ConfigValue
from app.simulators.ef45.operations.operation import Machine, Mischief, Operation
from app.simulators.ef45.wire import NOTHING, Answer, Call, Refused, only_members

_TYPES: dict[str, type] = {"bool": bool, "float": float, "int": int, "string": str}


def _get(machine: Machine, call: Call) -> Answer:
    kind, value = call.path["type"], _stored(machine, call)
    return {"title": call.path["title"], "bool": False, "float": 0.0, "int": 0, "string": "", kind: value}


def _stored(machine: Machine, call: Call) -> ConfigValue:
    kind = _TYPES.get(call.path["type"])
    if kind is None:
        raise Refused(400, "type must be bool, float, int or string")
    value = machine.device.memory.config.get(call.path["title"])
    if value is None:
        raise Refused(404, "no such title")
    if type(value) is not kind:
        raise Refused(400, "the title is of another type")
    return value


def _set(machine: Machine, call: Call) -> Answer:
    title, kind = call.path["title"], call.path["type"]
    current, document = _stored(machine, call), call.document()
    only_members(document, ("title", kind))
    value: Any = document.get(kind)
    if document.get("title") != title or not _assignable(value, type(current)):
        raise Refused(400, f"title and a value of type {kind} are required")
    if Mischief.FORGETS not in call.strikes:
        machine.device.memory.config[title] = float(value) if kind == "float" else value
    return NOTHING


def _assignable(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is kind


def _door(machine: Machine, _call: Call) -> Answer:
    return {"door_sensor": 0, "relay": machine.device.relay, "tamper": 0, "rte": 0}


def _relay(machine: Machine, call: Call) -> Answer:
    forced, seconds = call.flag("forced"), call.required_integer("duration")
    if seconds < 0:
        raise Refused(400, "duration must not be negative")
    machine.device.open_relay(seconds, forced=forced)
    return NOTHING


OPERATIONS = (
    Operation("GET", "/config/door-status", _door),
    Operation("PUT", "/config/relay", _relay, success=204, query=("forced", "duration")),
    Operation("GET", "/config/{title}/{type}", _get),
    Operation("PUT", "/config/{title}/{type}", _set, success=204),
)
