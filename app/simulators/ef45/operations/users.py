"""user-info and user: cards, codes and rights of a person, and a whole person in one batch."""

import re

from app.simulators.ef45.operations.faces import store_face, valid_face
from app.simulators.ef45.operations.operation import Machine, Mischief, Operation
from app.simulators.ef45.operations.subjects import store_subject, valid_subject
from app.simulators.ef45.shapes import SUBJECT, USER_INFO, check, completed
from app.simulators.ef45.wire import NOTHING, Answer, Call, Document, Refused, listing, only_members

_CARD = re.compile(r"[0-9A-F]{2}( [0-9A-F]{2})*")


def _all(machine: Machine, call: Call) -> Answer:
    return listing(list(machine.device.memory.user_info.values()), call.page())


def _add(machine: Machine, call: Call) -> Answer:
    info = _valid_info(call.document())
    if info["user_uuid"] in machine.device.memory.user_info:
        raise Refused(409, "user_uuid is taken")
    _store_info(machine, call, info)
    return NOTHING


def _valid_info(document: Document) -> Document:
    info = check(document, USER_INFO, required=("user_uuid",))
    _valid_card(info)
    return info


def _valid_card(info: Document) -> None:
    if info.get("card") and not _CARD.fullmatch(info["card"]):
        raise Refused(400, "card must be upper-case hex with a space after two digits")


def _store_info(machine: Machine, call: Call, info: Document) -> None:
    if Mischief.FORGETS not in call.strikes:
        machine.device.memory.user_info[info["user_uuid"]] = completed(info, USER_INFO)


def _by_card(machine: Machine, call: Call) -> Answer:
    card = call.path["card"]
    if not _CARD.fullmatch(card):
        raise Refused(400, "card must be upper-case hex with a space after two digits")
    for info in machine.device.memory.user_info.values():
        if info["card"] == card:
            return info
    raise Refused(404, "no such card")


def _by_uuid(machine: Machine, call: Call) -> Answer:
    return _existing(machine, call)


def _existing(machine: Machine, call: Call) -> Document:
    info = machine.device.memory.user_info.get(call.path["user_uuid"])
    if info is None:
        raise Refused(404, "no such user")
    return info


def _change(machine: Machine, call: Call) -> Answer:
    info, changes = _existing(machine, call), check(call.document(), USER_INFO)
    _valid_card(changes)
    if changes.get("user_uuid", info["user_uuid"]) != info["user_uuid"]:
        raise Refused(400, "user_uuid must be that of the address")
    if Mischief.FORGETS not in call.strikes:
        info |= changes
    return NOTHING


def _remove(machine: Machine, call: Call) -> Answer:
    if machine.device.variants.delete_needs_body and not call.body:
        raise Refused(415, "a body is declared")
    info = _existing(machine, call)
    if Mischief.FORGETS not in call.strikes:
        del machine.device.memory.user_info[info["user_uuid"]]
    return NOTHING


def _add_batch(machine: Machine, call: Call) -> Answer:
    """All or nothing: the parts are checked before the first is stored."""
    document, memory = call.document(), machine.device.memory
    subject, info, faces = _parts(machine, document)
    user_uuid = subject["user_uuid"]
    if user_uuid in memory.subjects or user_uuid in memory.user_info:
        if not machine.device.variants.batch_replaces:
            raise Refused(409, "user_uuid is taken")
        memory.remove_person(user_uuid)
    store_subject(machine, call, subject)
    _store_info(machine, call, info)
    for face in faces:
        store_face(machine, call, face)
    return NOTHING


def _parts(machine: Machine, document: Document) -> tuple[Document, Document, list[Document]]:
    only_members(document, {*SUBJECT, *USER_INFO, "faces"})
    faces = document.get("faces", [])
    if not isinstance(faces, list) or not all(isinstance(face, dict) for face in faces):
        raise Refused(400, "faces must be a list of objects")
    subject = valid_subject(machine, {name: value for name, value in document.items() if name in SUBJECT})
    info = _valid_info({name: value for name, value in document.items() if name in USER_INFO})
    return subject, info, _valid_faces(faces, subject["user_uuid"])


def _valid_faces(faces: list[Document], user_uuid: str) -> list[Document]:
    checked = [valid_face({"user_uuid": user_uuid, **face}) for face in faces]
    if any(face["user_uuid"] != user_uuid for face in checked):
        raise Refused(400, "a face is another user's")
    if len({face["sub_id"] for face in checked}) != len(checked):
        raise Refused(400, "two faces have one sub_id")
    return checked


def _remove_batch(machine: Machine, call: Call) -> Answer:
    device, user_uuid = machine.device, call.path["user_uuid"]
    if Mischief.FORGETS in call.strikes:
        return NOTHING
    if not device.memory.remove_person(user_uuid):
        raise Refused(404, "no such user")
    device.memory.log(device.timestamp(), "UserData", user_uuid, "DeleteUsers", "Success")
    return NOTHING


OPERATIONS = (
    Operation("GET", "/user-info", _all, query=("page", "page_size")),
    Operation("POST", "/user-info", _add, success=201),
    Operation("GET", "/user-info/card/{card}", _by_card),
    Operation("GET", "/user-info/uuid/{user_uuid}", _by_uuid),
    Operation("PUT", "/user-info/uuid/{user_uuid}", _change, success=204),
    Operation("DELETE", "/user-info/uuid/{user_uuid}", _remove),
    Operation("POST", "/user", _add_batch),
    Operation("DELETE", "/user/{user_uuid}", _remove_batch, success=204),
)
