"""Operations that compare faces."""

from typing import Final

from app.simulators.bioserver.memory import Face, Memory
from app.simulators.bioserver.operations.making import face_from_image, face_from_json
from app.simulators.bioserver.operations.operation import Answer, Operation
from app.simulators.bioserver.recognition import false_acceptance_rate, score_of
from app.simulators.bioserver.settings import Mischief
from app.simulators.bioserver.shapes import match_object
from app.simulators.bioserver.wire import Call, Document, Part, Refused, image_type, json_of, one_object, truth

_OPTIONAL: Final = ("correlationId", "imageRotationEnabled")
_IMAGES: Final = ("referenceImage", "candidateImage", "referenceImageType", "candidateImageType")
_MATCH: Final = ("referenceFace", "candidateImage", "candidateImageType")


def get_matches(memory: Memory, call: Call) -> Answer:
    with memory.gate:
        session, reference = memory.face(call.path["bioSessionId"], call.path["referenceFaceId"])
        faces = list(session.faces.values())
    if Mischief.OTHER_REFERENCE in call.strikes:
        reference = next((face for face in faces if face != reference), reference)
    included = memory.variants.reference_match or Mischief.REFERENCE_AMONG in call.strikes
    rest = [face for face in faces if included or face.face_id != reference.face_id]
    order = "worst_first" if Mischief.UNSORTED in call.strikes else memory.variants.match_order
    scored = [(score(reference, face), face) for face in rest]
    if order != "as_created":
        scored.sort(key=lambda pair: pair[0], reverse=order == "best_first")
    members = {"correlationId": session.correlation_id, "created": memory.now(), "expires": session.expires}
    return Answer(200, [_match(memory, reference, face, value, members) for value, face in scored], signed=True)


def match_images(memory: Memory, call: Call) -> Answer:
    parts = _complete(call.parts((*_IMAGES, *_OPTIONAL)), _IMAGES)
    kinds = [_image_type(memory, parts[name]) for name in ("referenceImageType", "candidateImageType")]
    turned = _rotation(parts)
    reference = face_from_image(memory, parts["referenceImage"], kinds[0], rotation=turned)
    candidate = face_from_image(memory, parts["candidateImage"], kinds[1], rotation=turned)
    return _direct(memory, parts, reference, candidate)


def match(memory: Memory, call: Call) -> Answer:
    parts = _complete(call.parts((*_MATCH, *_OPTIONAL)), _MATCH)
    given = one_object(
        json_of(parts["referenceFace"].body, "referenceFace"),
        "referenceFace",
        arrays=memory.variants.bodies == "array",
    )
    reference = face_from_json(memory, given)
    kind = _image_type(memory, parts["candidateImageType"])
    candidate = face_from_image(memory, parts["candidateImage"], kind, rotation=_rotation(parts))
    return _direct(memory, parts, reference, candidate)


def score(reference: Face, candidate: Face) -> float:
    """The comparison score; 0 where one of them shows no face."""
    if reference.reading.features is None or candidate.reading.features is None:
        return 0.0
    return score_of(reference.reading.features, candidate.reading.features)


def _direct(memory: Memory, parts: dict[str, Part], reference: Face, candidate: Face) -> Answer:
    correlation = parts["correlationId"].text() if "correlationId" in parts else None
    members = {"correlationId": correlation, "created": memory.now()}
    content = _match(memory, reference, candidate, score(reference, candidate), members)
    return Answer(memory.variants.match_status, content, signed=True)


def _match(memory: Memory, reference: Face, candidate: Face, value: float, members: Document) -> Document:
    return match_object(memory, reference, candidate, value, false_acceptance_rate(value), **members)


def _complete(parts: dict[str, Part], required: tuple[str, ...]) -> dict[str, Part]:
    if missing := [name for name in required if name not in parts]:
        raise Refused(400, f"part {missing[0]} is missing")
    return parts


def _image_type(memory: Memory, part: Part) -> str:
    form = memory.variants.type_parts
    if form != "any" and (part.filename is not None) != (form == "file"):
        raise Refused(400, f"{part.name} is not a {form} part")
    return image_type(part.text().strip(), part.name)


def _rotation(parts: dict[str, Part]) -> bool | None:
    part = parts.get("imageRotationEnabled")
    return None if part is None else truth(part.text(), part.name)


OPERATIONS: Final = (
    Operation("GetMatches", "GET", "/bio-sessions/{bioSessionId}/faces/{referenceFaceId}/matches", get_matches),
    Operation("ImagesMatch", "POST", "/match/images", match_images),
    Operation("Match", "POST", "/match", match),
)
