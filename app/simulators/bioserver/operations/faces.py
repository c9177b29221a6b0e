"""Operations on faces."""

from typing import Final

import cv2
import numpy as np

from app.simulators.bioserver.memory import Face, Memory
from app.simulators.bioserver.operations.making import face_from_image, face_from_json
from app.simulators.bioserver.operations.operation import Answer, Operation
from app.simulators.bioserver.reading import decode
from app.simulators.bioserver.settings import Mischief
from app.simulators.bioserver.shapes import face_object
from app.simulators.bioserver.wire import (
    Call,
    Document,
    Part,
    Refused,
    image_type,
    json_of,
    one_object,
    only_members,
    text_member,
    truth,
)

_FACE: Final = ("imageType", "mode", "friendlyName", "imageRotationEnabled")
_FACES: Final = "/bio-sessions/{bioSessionId}/faces"
_JPEG_BEGIN: Final = b"\xff\xd8\xff"
_KINDS: Final = {_JPEG_BEGIN: "image/jpeg", b"\x89PN": "image/png", b"BM": "image/bmp"}


def create_from_image(memory: Memory, call: Call) -> Answer:
    _live(memory, call)
    image, description = _face_and_image(call.parts(("face", "image")), _FACE)
    face = _made(memory, image, description)
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        memory.keep(session, face)
        content = face_object(memory, face, session)
    return Answer(201, content, place=f"/bio-sessions/{session.session_id}/faces/{face.face_id}")


def create_direct(memory: Memory, call: Call) -> Answer:
    parts = call.parts(("face", "image", "correlationId"))
    image, description = _face_and_image(parts, (*_FACE, "signatureDisabled"))
    unsigned = truth(description.get("signatureDisabled"), "signatureDisabled") or False
    if "correlationId" in parts:
        parts["correlationId"].text()
    face = _made(memory, image, description)
    return Answer(200, face_object(memory, face, None), signed=memory.variants.direct_signature and not unsigned)


def create_from_json(memory: Memory, call: Call) -> Answer:
    _live(memory, call)
    face = face_from_json(memory, call.document(arrays=memory.variants.bodies == "array"))
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        memory.keep(session, face)
        content = face_object(memory, face, session)
    return Answer(201, content, place=f"/bio-sessions/{session.session_id}/faces/{face.face_id}")


def get_face(memory: Memory, call: Call) -> Answer:
    with memory.gate:
        session, face = memory.face(call.path["bioSessionId"], call.path["faceId"])
        return Answer(200, face_object(memory, face, session), signed=True)


def get_image(memory: Memory, call: Call) -> Answer:
    compressed = truth(call.query.get("compression"), "compression") or False
    with memory.gate:
        _, face = memory.face(call.path["bioSessionId"], call.path["faceId"])
    if face.image is None:
        return Answer(204)
    image = _compressed(face.image) if compressed else face.image
    return Answer(200, image, media_type=_kind(image))


def get_faces(memory: Memory, call: Call) -> Answer:
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        return Answer(200, [face_object(memory, face, session) for face in session.faces.values()], signed=True)


def delete_face(memory: Memory, call: Call) -> Answer:
    with memory.gate:
        session, face = memory.face(call.path["bioSessionId"], call.path["faceId"])
        if Mischief.FORGETS not in call.strikes:
            del session.faces[face.face_id]
    return Answer(204)


def delete_faces(memory: Memory, call: Call) -> Answer:
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        if Mischief.FORGETS not in call.strikes:
            session.faces.clear()
    return Answer(204)


def _live(memory: Memory, call: Call) -> None:
    with memory.gate:
        memory.session(call.path["bioSessionId"])


def _face_and_image(parts: dict[str, Part], members: tuple[str, ...]) -> tuple[Part, Document]:
    if missing := sorted({"face", "image"} - set(parts)):
        raise Refused(400, f"part {missing[0]} is missing")
    description = one_object(json_of(parts["face"].body, "part face"), "part face", arrays=False)
    only_members(description, members)
    return parts["image"], description


def _made(memory: Memory, image: Part, description: Document) -> Face:
    mode = text_member(description, "mode")
    if mode is not None and mode not in memory.make.accepted_modes:
        raise Refused(400, "mode is none of the accepted modes")
    return face_from_image(
        memory,
        image,
        image_type(description.get("imageType")),
        rotation=truth(description.get("imageRotationEnabled"), "imageRotationEnabled"),
        friendly_name=text_member(description, "friendlyName"),
    )


def _compressed(image: bytes) -> bytes:
    if image.startswith(_JPEG_BEGIN):
        return image
    _, jpeg = cv2.imencode(".jpg", decode(image), [cv2.IMWRITE_JPEG_QUALITY, 90])
    return np.asarray(jpeg).tobytes()


def _kind(image: bytes) -> str:
    return next((kind for begin, kind in _KINDS.items() if image.startswith(begin)), "application/octet-stream")


OPERATIONS: Final = (
    Operation("CreateFaceFromImage", "POST", _FACES, create_from_image, multipart=True),
    Operation("CreateFaceFromJson", "POST", _FACES, create_from_json, multipart=False),
    Operation("CreateDirectFaceFromImage", "POST", "/faces", create_direct),
    Operation("GetFace", "GET", _FACES + "/{faceId}", get_face),
    Operation("GetFaceImage", "GET", _FACES + "/{faceId}/image", get_image, query=frozenset({"compression"})),
    Operation("GetFaces", "GET", _FACES, get_faces),
    Operation("DeleteFace", "DELETE", _FACES + "/{faceId}", delete_face),
    Operation("DeleteFaces", "DELETE", _FACES, delete_faces),
)
