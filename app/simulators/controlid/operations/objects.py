"""load_objects, create_objects, modify_objects, destroy_objects (facts, section 3)."""

from app.simulators.controlid.device import Device
from app.simulators.controlid.operations.operation import Answer, Operation
from app.simulators.controlid.wire import Call, Document, Refused, member


def _load(device: Device, call: Call) -> Answer:
    document = call.document()
    name = member(document, "object", str)
    rows = device.tables.load(document)
    return Answer({"data" if device.variants.rows_under_data else name: rows})


def _create(device: Device, call: Call) -> Answer:
    document = _only(call, "object", "values")
    name = member(document, "object", str)
    ids = device.tables.create(name, member(document, "values", list))
    device.changed(name, "inserted", list(device.tables.rows(name, id=ids[-1])) if ids else [])
    device.kick()
    return Answer({"ids": ids})


def _modify(device: Device, call: Call) -> Answer:
    document = _only(call, "object", "values", "where")
    name, values = member(document, "object", str), member(document, "values", dict)
    changes = device.tables.modify(name, values, document.get("where"))
    device.changed(name, "updated", [values])
    device.kick()
    return Answer({"changes": changes})


def _destroy(device: Device, call: Call) -> Answer:
    document = _only(call, "object", "where")
    name = member(document, "object", str)
    changes = device.tables.destroy(name, document.get("where"))
    device.forget_strangers()
    device.changed(name, "deleted", [])
    device.kick()
    return Answer({"changes": changes})


def _only(call: Call, *names: str) -> Document:
    document = call.document()
    if unknown := sorted(set(document) - set(names)):
        raise Refused(f"Failed: Invalid member '{unknown[0]}'")
    return document


OPERATIONS = (
    Operation("load_objects", _load),
    Operation("create_objects", _create, changes=True),
    Operation("modify_objects", _modify, changes=True),
    Operation("destroy_objects", _destroy, changes=True),
)
