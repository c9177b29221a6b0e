"""subjects: the table of people and their iris templates."""

from app.simulators.ef45.operations.operation import Machine, Mischief, Operation
from app.simulators.ef45.shapes import SUBJECT, check, completed
from app.simulators.ef45.wire import NOTHING, Answer, Call, Document, Refused, listing
from app.simulators.people import Eye

_PAGING = ("page", "page_size")


def _all(machine: Machine, call: Call) -> Answer:
    return listing(list(machine.device.memory.subjects.values()), call.page())


def _add(machine: Machine, call: Call) -> Answer:
    subject = valid_subject(machine, call.document())
    if subject["user_uuid"] in machine.device.memory.subjects:
        raise Refused(409, "user_uuid is taken")
    store_subject(machine, call, subject)
    return NOTHING


def valid_subject(machine: Machine, document: Document) -> Document:
    """A subject that may be registered: named, and with templates of this terminal's algorithm."""
    subject = check(document, SUBJECT, required=("user_uuid", "last_name"))
    _same_algorithm(machine, subject)
    if len(machine.device.memory.subjects) >= machine.device.make.capacity:
        raise Refused(507, "DB is full")
    return subject


def _same_algorithm(machine: Machine, subject: Document) -> None:
    has_templates = subject.get("left_eye_template") or subject.get("right_eye_template")
    if (
        has_templates
        and subject.get("record_version", machine.device.make.record_version) != machine.device.make.record_version
    ):
        raise Refused(400, "record_version is not this device's")


def store_subject(machine: Machine, call: Call, subject: Document) -> None:
    device = machine.device
    if Mischief.FORGETS in call.strikes:
        return
    device.memory.subjects[subject["user_uuid"]] = completed(subject, SUBJECT)
    device.memory.log(device.timestamp(), "UserData", subject["user_uuid"], "AddUsers", "Success")


def _one(machine: Machine, call: Call) -> Answer:
    return _existing(machine, call)


def _existing(machine: Machine, call: Call) -> Document:
    subject = machine.device.memory.subjects.get(call.path["user_uuid"])
    if subject is None:
        raise Refused(404, "no such subject")
    return subject


def _change(machine: Machine, call: Call) -> Answer:
    subject, changes = _existing(machine, call), check(call.document(), SUBJECT)
    if changes.get("user_uuid", subject["user_uuid"]) != subject["user_uuid"] or changes.get("last_name") == "":
        raise Refused(400, "user_uuid and last_name can not be changed so")
    _same_algorithm(machine, {**subject, **changes})
    if Mischief.FORGETS not in call.strikes:
        subject |= changes
    return NOTHING


def _remove(machine: Machine, call: Call) -> Answer:
    device, subject = machine.device, _existing(machine, call)
    if Mischief.FORGETS not in call.strikes:
        del device.memory.subjects[subject["user_uuid"]]
        device.memory.log(device.timestamp(), "UserData", subject["user_uuid"], "DeleteUsers", "Success")
    return NOTHING


def _is_exist(machine: Machine, call: Call) -> Answer:
    subject = check(call.document(), SUBJECT)
    templates = {eye: subject.get(f"{eye}_eye_template", "") for eye in Eye}
    if not any(templates.values()):
        raise Refused(400, "a template is required")
    owners = (machine.device.memory.owner_of_iris(template, eye) for eye, template in templates.items())
    return {"duplicate_uuid": next(filter(None, owners), "")}


def _record_version(machine: Machine, _call: Call) -> Answer:
    return {"record_version": machine.device.make.record_version}


OPERATIONS = (
    Operation("GET", "/subjects", _all, query=_PAGING),
    Operation("POST", "/subjects", _add, success=201),
    Operation("GET", "/subjects/record-version", _record_version),
    Operation("PUT", "/subjects/is-exist/template", _is_exist),
    Operation("GET", "/subjects/{user_uuid}", _one),
    Operation("PUT", "/subjects/{user_uuid}", _change, success=204),
    Operation("DELETE", "/subjects/{user_uuid}", _remove, success=204),
)
