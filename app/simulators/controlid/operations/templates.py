"""template_extract, template_match, template_create, is_valid_biometry (facts, section 3)."""

import numpy as np

from app.simulators.controlid import prints
from app.simulators.controlid.device import Device
from app.simulators.controlid.operations.operation import NOTHING, Answer, Operation
from app.simulators.controlid.wire import Call, Refused, decoded, encoded, member

MOST_PARTS = 3


def _extract(_device: Device, call: Call) -> Answer:
    width, height, pixels = call.number("width"), call.number("height"), call.octets()
    if not pixels or len(pixels) != width * height:
        raise Refused("Invalid image size")
    picture = np.frombuffer(pixels, np.uint8).reshape(height, width)
    return Answer({"quality": prints.quality_of(picture), "template": encoded(prints.template_of(picture))})


def _match(device: Device, call: Call) -> Answer:
    parts = _parts(call, call.number("temp_num"))
    if not all(prints.same_finger(parts[0], part) for part in parts[1:]):
        raise Refused("Different fingerprints")
    for row in device.tables.rows("templates"):
        known = decoded(row["template"], "template")
        if prints.is_template(known) and prints.same_finger(parts[0], known):
            raise Refused("Template exists")
    return NOTHING


def _create(device: Device, call: Call) -> Answer:
    count = sum(f"size{index}" in call.query for index in range(MOST_PARTS))
    whole = prints.joined(_parts(call, count))
    if not device.room_for_finger():
        raise Refused("Template limit reached")
    added = device.add_template(call.number("user_id"), whole, call.number("finger_type", 0))
    device.changed("templates", "inserted", [])
    return Answer({"ids": [added]})


def _parts(call: Call, count: int) -> list[bytes]:
    """The body, cut as size0, size1 and size2 say."""
    if not 1 <= count <= MOST_PARTS:
        raise Refused("Failed: Invalid parameter 'temp_num'")
    body, parts, at = call.octets(), [], 0
    for index in range(count):
        size = call.number(f"size{index}")
        parts.append(body[at : at + size])
        at += size
    if at != len(body) or not all(prints.is_template(part) for part in parts):
        raise Refused("Invalid template")
    return parts


def _is_valid(_device: Device, call: Call) -> Answer:
    data = decoded(member(call.document(), "biometry", str), "biometry")
    return Answer({"isValid": prints.is_template(data)})


OPERATIONS = (
    Operation("template_extract", _extract),
    Operation("template_match", _match),
    Operation("template_create", _create, changes=True),
    Operation("is_valid_biometry", _is_valid),
)
