"""system_information, get_configuration, set_configuration, message_to_screen (facts, sections 3 and 5)."""

import calendar
import time

from app.simulators.controlid.device import Device
from app.simulators.controlid.operations.operation import NOTHING, Answer, Operation
from app.simulators.controlid.wire import Call, Document, member


def _information(device: Device, _call: Call) -> Answer:
    make = device.make
    return Answer(
        {
            "serial": make.serial,
            "version": make.version,
            "device_id": str(make.device_id) if device.variants.system_id_text else make.device_id,
            "device_name": make.name,
            "online": device.mode.online,
            "online_available": make.online_available,
            "iDFace": "face" in make.modalities,
            "network": _network(),
            "license": {"users": 6000, "device": 0, "type": ""},
            "biometrics": {"templates": len(device.tables.rows("templates")), "max": make.max_templates},
            # the local wall clock written as if it were UTC (facts, section 1)
            "time": calendar.timegm(time.localtime()),
            "uptime": _uptime(time.monotonic() - device.started),
        }
    )


def _network() -> Document:
    return {
        "ip": "192.0.2.129",
        "netmask": "255.255.255.0",
        "gateway": "192.0.2.1",
        "mac": "02:00:5E:00:53:01",
        "web_server_port": 80,
        "ssl_enabled": False,
        "dhcp_enabled": False,
    }


def _uptime(seconds: float) -> Document:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return {"days": days, "hours": hours, "minutes": minutes, "seconds": rest}


def _get(device: Device, call: Call) -> Answer:
    return Answer(device.configuration.read(call.document()))


def _set(device: Device, call: Call) -> Answer:
    before = device.mode
    device.configuration.write(call.document())
    if device.mode.name != before.name:
        device.online.contingency = False
        device.announce_mode()
    device.kick()
    return NOTHING


def _message(device: Device, call: Call) -> Answer:
    document = call.document()
    member(document, "timeout", int, 0)
    device.screen = member(document, "message", str)
    return NOTHING


OPERATIONS = (
    Operation("system_information", _information),
    Operation("get_configuration", _get, cookie=False),
    Operation("set_configuration", _set, cookie=False, changes=True),
    Operation("message_to_screen", _message),
)
