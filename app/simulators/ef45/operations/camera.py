"""camera and preview: mode, clock, capture, template match, live picture."""

import re
from datetime import datetime
from typing import Any

from app.simulators.ef45.capture import Plan
from app.simulators.ef45.device import Device, Matching, Mode
from app.simulators.ef45.operations.operation import Machine, Mischief, Operation
from app.simulators.ef45.preview import nobody
from app.simulators.ef45.shapes import CAMERA, check
from app.simulators.ef45.wire import Answer, Call, Document, Nothing, Refused, decode_base64, outcome

_TIME = re.compile(r"\d{12}\.\d\d")
_MODES = ("face_mode", "glasses_mode", "both_eye_mode", "either_eye_mode")


def _get(machine: Machine, _call: Call) -> Answer:
    device = machine.device
    spelled = {"lower": str.lower, "upper": str.upper}.get(device.variants.mode_case, str)
    return {
        "serial_number": device.make.serial_number,
        "camera_mode": spelled(device.mode.value),
        "audio_enabled": device.audio_enabled,
    }


def _set(machine: Machine, call: Call) -> Answer:
    device, wanted = machine.device, check(call.document(), CAMERA, required=("camera_mode",))
    if wanted.get("serial_number", device.make.serial_number) != device.make.serial_number:
        raise Refused(400, "serial_number is another device's")
    if device.capture is not None or device.mode is Mode.ENROL or wanted["camera_mode"] not in {Mode.RECOG, Mode.SLAVE}:
        return outcome(False, "Can not set mode")
    device.mode = Mode(wanted["camera_mode"])
    device.audio_enabled = wanted.get("audio_enabled", device.audio_enabled)
    return outcome(True, "Success set mode")


def _set_time(machine: Machine, call: Call) -> Answer:
    text = call.path["device_time"]
    try:
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        local = datetime.strptime(text, "%m%d%H%M%Y.%S")  # noqa: DTZ007 - the terminal's own local time
    except ValueError:
        raise Refused(400, "device_time must be MMddHHmmyyyy.ss") from None
    machine.device.set_local_time(local)
    return outcome(True, "Success set time")


def _start(machine: Machine, call: Call) -> Answer:
    plan = _plan(call)
    device = machine.device
    if device.mode is not Mode.SLAVE:
        return outcome(False, "Camera mode is not Slave")
    if Mischief.DATABASE_FULL in call.strikes or len(device.memory.subjects) >= device.make.capacity:
        return outcome(False, "DB is full")
    return _begin(device, plan, None)


def _plan(call: Call) -> Plan:
    face, glasses, both, either = (call.flag(name, default=False) for name in _MODES)
    if not (face or glasses or both or either):
        raise Refused(400, "at least one biometric mode is required")
    if both and either:
        raise Refused(400, "both_eye_mode and either_eye_mode exclude each other")
    streaming, recognition = call.flag("streaming_mode", default=False), call.flag("recog_mode", default=False)
    return Plan(face, glasses, both, either, streaming, recognition)


def _begin(device: Device, plan: Plan, matching: Matching | None) -> Document:
    if device.capture is not None:
        return outcome(False, "Already started")
    device.start_capture(plan, matching)
    return outcome(True, "Started")


def _stop(machine: Machine, _call: Call) -> Answer:
    if machine.device.capture is None:
        return outcome(False, "Already stopped")
    machine.device.capture = None
    return outcome(True, "Stopped")


def _start_match(machine: Machine, call: Call) -> Answer:
    device = machine.device
    references = _references(call) or device.last_iris
    if device.mode is not Mode.RECOG:
        return outcome(False, "Camera mode is not Recog")
    if not any(references):
        return outcome(False, "No template to match")
    return _begin(device, Plan(either_eye=True, recognition=True), Matching(call.path_uuid("seq_uid"), references))


def _references(call: Call) -> tuple[bytes, ...]:
    """Templates of the body: none at all, one as a string, or an object with those of the eyes."""
    if not call.body:
        return ()
    value: Any = call.json()
    texts = list(value.values()) if isinstance(value, dict) else [value]
    return tuple(decode_base64(text, "template") for text in texts if text)


def _preview(machine: Machine, call: Call) -> Answer:
    frame = None if Mischief.EMPTY_PREVIEW in call.strikes else machine.painter.frame()
    if frame is not None:
        return frame
    idle = machine.device.variants.preview_idle
    if idle == "object":
        return nobody("", iris_phase=True)
    return Nothing(200 if idle == "empty" else 204)


OPERATIONS = (
    Operation("GET", "/camera", _get),
    Operation("POST", "/camera", _set),
    Operation("POST", "/camera/control/setDeviceTime/{device_time}", _set_time),
    Operation("POST", "/camera/control/start", _start, query=(*_MODES, "streaming_mode", "recog_mode")),
    Operation("POST", "/camera/control/stop", _stop),
    Operation("POST", "/camera/control/start/matchtemplate/{seq_uid}", _start_match),
    Operation("GET", "/preview", _preview, free=True),
)
