"""Users' pictures: get, list, set, test, destroy (facts, sections 3 and 7)."""

from typing import Any

from app.simulators.controlid import faces
from app.simulators.controlid.device import Device, Photo
from app.simulators.controlid.operations.operation import NOTHING, Answer, Operation
from app.simulators.controlid.wire import Call, Document, Refused, decoded, encoded, member, typed

MOST_ASKED = 100
_UNKNOWN_USER = {"code": 1, "message": "User not found"}


def _get(device: Device, call: Call) -> Answer:
    found = _found(device, call.number("user_id"))
    if call.number("get_timestamp", 0):
        return Answer({"timestamp": found.timestamp, "image": encoded(found.image)})
    return Answer(data=found.image, media_type="image/jpeg")


def _found(device: Device, user_id: int) -> Photo:
    with device.gate:
        if user_id not in device.photos:
            raise Refused("Image not found", 404, 1)
        return device.photos[user_id]


def _list(device: Device, call: Call) -> Answer:
    with device.gate:
        stored = sorted(device.photos.items())
    if call.number("get_timestamp", 0):
        return Answer({"image_info": [{"user_id": user, "timestamp": photo.timestamp} for user, photo in stored]})
    return Answer({"user_ids": [user for user, _ in stored]})


def _get_list(device: Device, call: Call) -> Answer:
    wanted = [typed(user, int, "user_ids") for user in member(call.document(), "user_ids", list)]
    if len(wanted) > MOST_ASKED:
        raise Refused(f"Failed: at most {MOST_ASKED} user_ids")
    return Answer({"user_images": [_entry(device, user) for user in wanted]})


def _entry(device: Device, user_id: int) -> Document:
    try:
        found = _found(device, user_id)
    except Refused as refused:
        return {"id": user_id, "error": {"code": 1, "message": str(refused)}}
    return {"id": user_id, "timestamp": found.timestamp, "image": encoded(found.image)}


def _set(device: Device, call: Call) -> Answer:
    image, match = call.octets(), bool(call.number("match", 0))
    return Answer(_stored(device, call.number("user_id"), image, call.number("timestamp"), match=match))


def _set_list(device: Device, call: Call) -> Answer:
    if len(call.body) > faces.MOST_BYTES:
        raise Refused("Request too large", 413)
    document = call.document()
    match = member(document, "match", bool, False)
    return Answer({"results": [_one(device, entry, match) for entry in member(document, "user_images", list)]})


def _one(device: Device, entry: Any, match: bool) -> Document:
    fields = typed(entry, dict, "user_images")
    image = decoded(member(fields, "image", str), "image")
    return _stored(device, member(fields, "user_id", int), image, member(fields, "timestamp", int), match=match)


def _stored(device: Device, user_id: int, image: bytes, timestamp: int, *, match: bool) -> Document:
    if not device.tables.rows("users", id=user_id):
        return {"user_id": user_id, "success": False, "scores": {}, "errors": [_UNKNOWN_USER]}
    owner = device.owner_of_face(image, user_id) if match else None
    report = faces.report(faces.judge(image), owner)
    if report["success"]:
        device.add_photo(user_id, image, timestamp)
    return {"user_id": user_id, **report}


def _test(_device: Device, call: Call) -> Answer:
    return Answer(faces.report(faces.judge(call.octets())))


def _destroy(device: Device, call: Call) -> Answer:
    document = call.document()
    if len(document) != 1:
        raise Refused("Failed: exactly one of user_id, user_ids, all, dangling expected")
    if "dangling" in document:
        device.forget_strangers()
    else:
        device.drop_photos(_doomed(device, document))
    return NOTHING


def _doomed(device: Device, document: Document) -> set[int]:
    if "user_id" in document:
        return {int(document["user_id"])}  # a vendor example sends it as text (facts, section 1)
    if "user_ids" in document:
        return {typed(user, int, "user_ids") for user in member(document, "user_ids", list)}
    return set(device.photos) if member(document, "all", bool) else set()


OPERATIONS = (
    Operation("user_get_image", _get, ("GET",)),
    Operation("user_list_images", _list, ("GET", "POST")),
    Operation("user_get_image_list", _get_list),
    Operation("user_set_image", _set, changes=True),
    Operation("user_set_image_list", _set_list, changes=True),
    Operation("user_test_image", _test),
    Operation("user_destroy_image", _destroy, changes=True),
)
