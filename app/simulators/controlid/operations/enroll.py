"""remote_enroll, cancel_remote_enroll and the two state commands (facts, section 4)."""

from dataclasses import asdict

from app.simulators.controlid.device import Device
from app.simulators.controlid.operations.operation import NOTHING, Answer, Operation
from app.simulators.controlid.orders import Order, read_order
from app.simulators.controlid.wire import Call, Refused


def _enroll(device: Device, call: Call) -> Answer:
    order = read_order(call.document(), call.strikes, refuse_unknown=device.variants.refuse_unknown)
    _check(device, order)
    job = device.enroller.begin(order, replace_running=device.variants.second_enroll == "replace")
    if not order.sync:
        return _started(device, order)
    job.done.wait()
    if job.reply is None:
        return Answer(dropped=True)
    return Answer(job.reply, status=200 if "success" in job.reply else device.variants.failed_status)


def _check(device: Device, order: Order) -> None:
    if order.modality not in device.make.modalities:
        raise Refused(f"Failed: Invalid type '{order.modality}'")
    if order.save and not device.tables.rows("users", id=order.user_id):
        raise Refused("User not found", code=1)


def _started(device: Device, order: Order) -> Answer:
    if not device.variants.start_reports:
        return NOTHING
    return Answer({"success": True, "user_id": order.user_id, "device_id": device.make.device_id})


def _cancel(device: Device, _call: Call) -> Answer:
    device.enroller.cancel()
    return NOTHING


def _state(device: Device, _call: Call) -> Answer:
    status = asdict(device.enroller.status)
    del status["biometry_state"]
    return Answer(status)


def _biometry_state(device: Device, _call: Call) -> Answer:
    return Answer(asdict(device.enroller.status))


OPERATIONS = (
    Operation("remote_enroll", _enroll, changes=True),
    Operation("cancel_remote_enroll", _cancel),
    Operation("enroller_state", _state),
    Operation("enroller_biometry_state", _biometry_state),
)
