"""control: the card reader, anti-passback, and the manual commands a person must have allowed."""

from typing import Any

from app.simulators.ef45.device import Mode
from app.simulators.ef45.memory import MANUAL_COMMANDS
from app.simulators.ef45.operations.operation import Machine, Operation
from app.simulators.ef45.wire import NOTHING, Answer, Call, Refused, outcome

APB_CLEAR = 1


def _manual(machine: Machine, call: Call) -> Answer:
    value: Any = call.json()
    if not isinstance(value, bool) and not (isinstance(value, dict) and value):
        raise Refused(400, "at least one parameter is required")
    if not machine.device.memory.config[MANUAL_COMMANDS]:
        return outcome(False, "Manual command is not enabled")
    return outcome(True, "Success")


def _card_start(machine: Machine, _call: Call) -> Answer:
    if machine.device.mode is not Mode.SLAVE:
        raise Refused(409, "camera mode is not Slave")
    machine.device.memory.card_standby, machine.device.memory.card = True, ""
    return NOTHING


def _card_data(machine: Machine, _call: Call) -> Answer:
    return {"card": machine.device.memory.card}


def _card_stop(machine: Machine, _call: Call) -> Answer:
    machine.device.memory.card_standby, machine.device.memory.card = False, ""
    return NOTHING


def _apb_clear(machine: Machine, call: Call) -> Answer:
    info = machine.device.memory.user_info.get(call.path["user_uuid"])
    if info is None:
        raise Refused(404, "no such user")
    info["apb_status"] = APB_CLEAR
    return NOTHING


def _apb_clear_all(machine: Machine, _call: Call) -> Answer:
    for info in machine.device.memory.user_info.values():
        info["apb_status"] = APB_CLEAR
    return NOTHING


OPERATIONS = (
    Operation("POST", "/control", _manual),
    Operation("POST", "/control/card/start", _card_start),
    Operation("GET", "/control/card/data", _card_data),
    Operation("POST", "/control/card/stop", _card_stop),
    Operation("POST", "/control/apb/clearall", _apb_clear_all),
    Operation("POST", "/control/apb/clear/{user_uuid}", _apb_clear),
)
