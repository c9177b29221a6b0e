"""biometric-data and match-data: the buffers a capture fills, and the terminal's picture files."""

import re
from typing import Any

import cv2
import numpy as np

from app.simulators.ef45.operations.operation import Machine, Mischief, Operation
from app.simulators.ef45.shapes import FILE, IMAGE, check
from app.simulators.ef45.wire import (
    NOTHING,
    Answer,
    Call,
    Document,
    Listing,
    Refused,
    decode_base64,
    encode_base64,
    listing,
)

FOLDER = "/usr/local/share/CMITECH/Images/"
_LAST_OLD_VERSION = (1, 2, 33)
_EYE_FILES = ("lefteye.bmp", "righteye.bmp")
_FACE_FILES = ("irisoff.bmp", "faroff.bmp", "faron.bmp", "nearoff.bmp", "nearon.bmp")
_NAME = re.compile(r"pc_enroll_logo\.png|[\w.-]+_(lefteye|righteye|faroff|faron|nearoff|nearon)\.(jpg|png|bmp)")


def _is_old(machine: Machine) -> bool:
    return tuple(int(part) for part in machine.device.version.split(".")) <= _LAST_OLD_VERSION


def _old_items(machine: Machine, call: Call) -> Answer:
    if not _is_old(machine) and not machine.device.variants.old_biometric_path:
        raise Refused(404, "not supported since 1.2.34")
    return _items(machine, call)


def _new_items(machine: Machine, call: Call) -> Answer:
    if _is_old(machine):
        raise Refused(404, "not found")
    return _items(machine, call)


def _items(machine: Machine, call: Call) -> Answer:
    return listing(_signed(machine.device.memory.buffer, call))


def _signed(items: list[Document], call: Call) -> list[Document]:
    wrong = Mischief.WRONG_SERIAL in call.strikes
    return [{**item, "serial_number": "EF45OTHER999"} if wrong else item for item in items]


def _delete_item(machine: Machine, call: Call) -> Answer:
    return _without(machine.device.memory.buffer, call)


def _matches(machine: Machine, call: Call) -> Answer:
    return listing(_signed(machine.device.memory.matches, call))


def _delete_match(machine: Machine, call: Call) -> Answer:
    return _without(machine.device.memory.matches, call)


def _without(items: list[Document], call: Call) -> Answer:
    encounter_id = call.path_uuid("encounter_id")
    left = [item for item in items if item["encounter_id"] != encounter_id]
    if len(left) == len(items):
        raise Refused(404, "no such encounter")
    if Mischief.FORGETS not in call.strikes:
        items[:] = left
    return NOTHING


def _save_8bit(machine: Machine, call: Call) -> Answer:
    return _save_bitmap(machine, call, _EYE_FILES, channels=1)


def _save_24bit(machine: Machine, call: Call) -> Answer:
    return _save_bitmap(machine, call, _FACE_FILES, channels=3)


def _save_bitmap(machine: Machine, call: Call, names: tuple[str, ...], channels: int) -> Answer:
    document = check(call.document(), IMAGE, required=("filename", "image", "width", "height"))
    if document["filename"] not in names:
        raise Refused(400, "filename is not one of " + ", ".join(names))
    data = decode_base64(document["image"], "image")
    if not _is_bitmap(data, document["width"], document["height"], channels):
        raise Refused(400, f"image is not a bitmap of {8 * channels} bit and the given size")
    if Mischief.FORGETS not in call.strikes:
        machine.device.memory.files[document["filename"]] = data
    return Listing(None)


def _is_bitmap(data: bytes, width: int, height: int, channels: int) -> bool:
    """A BMP file of this size and depth, or as many bare pixels."""
    if not data.startswith(b"BM"):
        return len(data) == width * height * channels > 0
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    shape: tuple[int, ...] = () if image is None else image.shape
    return shape == ((height, width) if channels == 1 else (height, width, channels))


def _load_file(machine: Machine, call: Call) -> Answer:
    data = machine.device.memory.files.get(_file_name(machine, call))
    if data is None:
        raise Refused(404, "no such file")
    return {"file": encode_base64(data), "size": len(data)}


def _save_file(machine: Machine, call: Call) -> Answer:
    name, data = _file_name(machine, call), _file_data(call)
    if Mischief.FORGETS not in call.strikes:
        machine.device.memory.files[name] = data
    return NOTHING


def _file_name(machine: Machine, call: Call) -> str:
    text, wanted = call.query.get("filename", ""), machine.device.variants.filename
    if (wanted == "path" and not text.startswith(FOLDER)) or (wanted == "name" and "/" in text):
        raise Refused(404, "no such file")
    name = text.removeprefix(FOLDER)
    if not _NAME.fullmatch(name):
        raise Refused(400, "filename is not one the terminal keeps")
    return name


def _file_data(call: Call) -> bytes:
    value: Any = call.json()
    if isinstance(value, str):
        return decode_base64(value, "file")
    document = check(call.document(), FILE, required=("file", "size"))
    data = decode_base64(document["file"], "file")
    if len(data) != document["size"]:
        raise Refused(400, "size is not the file's")
    return data


OPERATIONS = (
    Operation("GET", "/biometric-data", _old_items),
    Operation("GET", "/biometric-data/ver1", _new_items),
    Operation("DELETE", "/biometric-data/{encounter_id}", _delete_item),
    Operation("PUT", "/biometric-data/save-8bmp", _save_8bit),
    Operation("PUT", "/biometric-data/save-24bmp", _save_24bit),
    Operation("GET", "/biometric-data/load-file", _load_file, query=("filename",)),
    Operation("PUT", "/biometric-data/save-file", _save_file, query=("filename",)),
    Operation("GET", "/match-data", _matches),
    Operation("DELETE", "/match-data/{encounter_id}", _delete_match),
)
