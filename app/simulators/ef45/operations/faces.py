"""faces: the table of face templates, by person and sub id."""

from app.simulators.ef45.operations.operation import Machine, Mischief, Operation
from app.simulators.ef45.shapes import FACE, SUB_IDS, check, completed
from app.simulators.ef45.wire import NOTHING, Answer, Call, Document, Refused, listing

_SUB_ID = ("subId", "sub_id")


def _all(machine: Machine, call: Call) -> Answer:
    return listing(list(machine.device.memory.faces.values()), call.page())


def _add(machine: Machine, call: Call) -> Answer:
    face = valid_face(call.document())
    if (face["user_uuid"], face["sub_id"]) in machine.device.memory.faces:
        raise Refused(409, "this user has a face of this sub_id")
    store_face(machine, call, face)
    return NOTHING


def valid_face(document: Document) -> Document:
    """A face that may be registered: of somebody, with a known sub id and a template."""
    face = check(document, FACE, required=("user_uuid", "sub_id", "face_feature"))
    if face["sub_id"] not in SUB_IDS:
        raise Refused(400, "sub_id must be 0..5")
    return face


def store_face(machine: Machine, call: Call, face: Document) -> None:
    if Mischief.FORGETS not in call.strikes:
        machine.device.memory.faces[face["user_uuid"], face["sub_id"]] = completed(face, FACE)


def _of_user(machine: Machine, call: Call) -> Answer:
    variants = machine.device.variants
    sub_id = _sub_id(call)
    if variants.old_faces_path and sub_id is not None:
        raise Refused(404, "not found")
    return _shown(machine, call, sub_id)


def _old_path(machine: Machine, call: Call) -> Answer:
    if not machine.device.variants.old_faces_path:
        raise Refused(404, "not found")
    return _shown(machine, call, _sub_id(call))


def _shown(machine: Machine, call: Call, sub_id: int | None) -> Answer:
    rows = [
        face for (user_uuid, number), face in machine.device.memory.faces.items()
        if user_uuid == call.path["user_uuid"] and sub_id in {None, number}
    ]  # fmt: skip
    if machine.device.variants.faces == "bare" and sub_id is not None and rows:
        return rows[0]
    return listing(rows)


def _change(machine: Machine, call: Call) -> Answer:
    face, changes = _existing(machine, call, "sub_id"), check(call.document(), FACE)
    if any(changes.get(name, face[name]) != face[name] for name in ("user_uuid", "sub_id")):
        raise Refused(400, "user_uuid and sub_id must be those of the address")
    if Mischief.FORGETS not in call.strikes:
        face |= changes
    return NOTHING


def _remove(machine: Machine, call: Call) -> Answer:
    face = _existing(machine, call, "subId")
    if Mischief.FORGETS not in call.strikes:
        del machine.device.memory.faces[face["user_uuid"], face["sub_id"]]
    return NOTHING


def _existing(machine: Machine, call: Call, required: str) -> Document:
    call.required_integer(required)
    sub_id = _sub_id(call)
    assert sub_id is not None
    face = machine.device.memory.faces.get((call.path["user_uuid"], sub_id))
    if face is None:
        raise Refused(404, "no such face")
    return face


def _sub_id(call: Call) -> int | None:
    """The sub id under either of its two spellings; both may be sent when they agree."""
    given = {call.integer(name) for name in _SUB_ID} - {None}
    if len(given) > 1:
        raise Refused(400, "subId and sub_id differ")
    return given.pop() if given else None


OPERATIONS = (
    Operation("GET", "/faces", _all, query=("page", "page_size")),
    Operation("POST", "/faces", _add, success=201),
    Operation("GET", "/faces/{user_uuid}", _of_user, query=_SUB_ID),
    Operation("PUT", "/faces/{user_uuid}", _change, success=204, query=_SUB_ID),
    Operation("DELETE", "/faces/{user_uuid}", _remove, success=204, query=_SUB_ID),
)
OLDER = (Operation("GET", "/faces/subId/{user_uuid}", _old_path, query=_SUB_ID),)
"""A path of earlier terminals, not in the document; it answers only under its variant."""
