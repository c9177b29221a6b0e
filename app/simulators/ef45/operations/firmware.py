"""update: firmware in base64 pieces, by the normal (POST) and the forced (PUT) sequence.

The simulated firmware is a file whose first line is `EF45FW <version>`; any other bytes are kept as a transfer that
the terminal then finds to be no firmware, without harm.
"""

import json
import re
from typing import Any

from app.simulators.ef45.memory import Upload
from app.simulators.ef45.operations.operation import Machine, Operation
from app.simulators.ef45.shapes import FILE, check
from app.simulators.ef45.wire import NOTHING, Answer, Call, Refused, decode_base64

LARGEST_PIECE = 2 * 1024 * 1024
FILE_NAME = "firmware.bin"
_HEADER = re.compile(rb"EF45FW (\d+\.\d+\.\d+)\r?\n")


def _start(machine: Machine, *, forced: bool) -> Answer:
    machine.device.memory.upload = Upload(forced)
    return NOTHING


def _continue(machine: Machine, call: Call, *, forced: bool) -> Answer:
    upload = _running(machine, forced=forced)
    upload.data.extend(_piece(call))
    return NOTHING


def _running(machine: Machine, *, forced: bool) -> Upload:
    upload = machine.device.memory.upload
    if upload is None or upload.forced is not forced:
        raise Refused(409, "this upload was not started")
    return upload


def _piece(call: Call) -> bytes:
    """The body's bytes: bare base64, a JSON string of it, or `{file, size}`; no form is documented."""
    if len(call.body) > LARGEST_PIECE:
        raise Refused(413, "the piece is too large")
    data = decode_base64(_piece_text(call), "firmware piece")
    if not data:
        raise Refused(400, "the piece is empty")
    return data


def _piece_text(call: Call) -> object:
    text = call.body.decode("latin-1")
    if not text.startswith(("{", '"')):
        return text
    try:
        value: Any = json.loads(text)
    except ValueError:
        raise Refused(400, "the body is not JSON") from None
    return check(value, FILE, required=("file",))["file"] if isinstance(value, dict) else value


def _done(machine: Machine, call: Call, *, forced: bool) -> Answer:
    upload, piece = _running(machine, forced=forced), _piece(call)
    upload.data.extend(piece)
    machine.device.memory.upload = None
    machine.device.memory.files[FILE_NAME] = bytes(upload.data)
    _install(machine, bytes(upload.data), forced=forced)
    return NOTHING if forced else {"file": FILE_NAME}


def _install(machine: Machine, data: bytes, *, forced: bool) -> None:
    header = _HEADER.match(data)
    if header is None:
        return
    version = header[1].decode()
    if not forced and _parts(version) <= _parts(machine.device.version):
        raise Refused(409, "the version is not newer")
    machine.device.version = version
    machine.reboot()


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _operations(method: str, success: int, *, forced: bool) -> tuple[Operation, ...]:
    return (
        Operation(method, "/update/start", lambda machine, _call: _start(machine, forced=forced), success=success),
        Operation(
            method, "/update/continous", lambda machine, call: _continue(machine, call, forced=forced), success=success
        ),
        Operation(method, "/update/done", lambda machine, call: _done(machine, call, forced=forced), success=success),
    )


OPERATIONS = (*_operations("POST", 200, forced=False), *_operations("PUT", 204, forced=True))
