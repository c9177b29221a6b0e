"""login, hidlogin, session_is_valid, logout, change_login (facts, section 2)."""

from urllib.parse import parse_qs

from app.simulators.controlid.device import Device
from app.simulators.controlid.operations.operation import NOTHING, Answer, Operation
from app.simulators.controlid.wire import Call, Document, Refused, member

FIRST_LOGIN = "First Web Login. Please Change the Credentials"


def _login(device: Device, call: Call) -> Answer:
    if device.variants.rebadged:
        raise Refused(f"Invalid command: {call.command}")
    return _enter(device, call.document())


def _hid_login(device: Device, call: Call) -> Answer:
    if not device.variants.rebadged:
        raise Refused(f"Invalid command: {call.command}")
    if not call.content_type.startswith("application/x-www-form-urlencoded"):
        return _enter(device, call.document())
    return _enter(device, {name: values[0] for name, values in parse_qs(call.body.decode()).items()})


def _enter(device: Device, document: Document) -> Answer:
    given = member(document, "login", str), member(document, "password", str)
    if given != (device.login, device.password):
        raise Refused("Invalid login or password", 401)
    message = {"message": FIRST_LOGIN} if device.variants.factory_credentials else {}
    return Answer({"session": device.sessions.open(), **message})


def _is_valid(device: Device, call: Call) -> Answer:
    return Answer({"session_is_valid": device.sessions.alive(call.query.get("session"))})


def _logout(device: Device, call: Call) -> Answer:
    device.sessions.close(call.query.get("session"))
    return NOTHING


def _change_login(device: Device, call: Call) -> Answer:
    document = call.document()
    device.login, device.password = member(document, "login", str), member(document, "password", str)
    device.sessions.close_all()
    return NOTHING


OPERATIONS = (
    Operation("login", _login, free=True),
    Operation("hidlogin", _hid_login, free=True),
    Operation("session_is_valid", _is_valid, ("POST", "GET"), free=True),
    Operation("logout", _logout),
    Operation("change_login", _change_login),
)
