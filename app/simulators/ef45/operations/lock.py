"""lock and version: who may talk to the terminal, and what it is."""

from app.simulators.ef45.operations.operation import Machine, Operation
from app.simulators.ef45.wire import NOTHING, Answer, Call, Document, Refused

_NIL = "00000000-0000-0000-0000-000000000000"


def _take(machine: Machine, _call: Call) -> Answer:
    if machine.device.current_lock() is None:
        return {"lock_uid": machine.device.take_lock()}
    return _held(machine.device.variants.lock_held)


def _held(variant: str) -> Document:
    if variant.isdigit():
        raise Refused(int(variant), "the device is locked by another client")
    if variant == "missing":
        return {}
    return {"lock_uid": "" if variant == "empty" else _NIL}


def _force(machine: Machine, _call: Call) -> Answer:
    return {"lock_uid": machine.device.take_lock()}


def _release(machine: Machine, call: Call) -> Answer:
    lock_uid = call.path_uuid("lock_uid")
    if machine.device.current_lock() != lock_uid:
        raise Refused(404, "no such lock")
    machine.device.lock_uid = None
    return NOTHING


def _version(machine: Machine, _call: Call) -> Answer:
    return {"version": machine.device.version}


OPERATIONS = (
    Operation("POST", "/lock", _take, locked=False),
    Operation("PUT", "/lock", _force, locked=False),
    Operation("DELETE", "/lock/{lock_uid}", _release, locked=False),
    Operation("GET", "/version", _version, locked=False),
)
