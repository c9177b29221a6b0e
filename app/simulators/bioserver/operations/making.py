"""Make faces out of received pictures and out of face JSON."""

import base64
import binascii
import hashlib
import uuid
from typing import Any

from app.simulators.bioserver.memory import Face, Memory
from app.simulators.bioserver.reading import Reading, read
from app.simulators.bioserver.templates import unseal
from app.simulators.bioserver.wire import Document, Part, Refused, image_type, text_member

NO_FACE = "morpho.rt.Exception: An operation has failed with error code=20 (No face found)"


def face_from_image(
    memory: Memory,
    image: Part,
    kind: str,
    *,
    rotation: bool | None = None,
    friendly_name: str | None = None,
) -> Face:
    """Measure a picture. Refused: no picture, several faces, or none (unless a variant says so otherwise)."""
    reading = read(image.body, turning=bool(rotation))
    if reading.features is None and memory.variants.no_face == "refused":
        raise Refused(400, NO_FACE)
    return Face(
        face_id=str(uuid.uuid4()),
        image_type=kind,
        mode=memory.mode,
        version=memory.template_version,
        created=memory.now(),
        reading=reading,
        friendly_name=friendly_name,
        rotation=rotation,
        digest=hashlib.sha256(image.body).hexdigest(),
        image=image.body,
    )


def face_from_json(memory: Memory, document: Document) -> Face:
    """A face obtained earlier. Refused: no template, or one of another algorithm."""
    version = document.get("templateVersion", document.get("templateversion"))
    if text_member(document, "mode") not in {None, memory.mode} or version not in {None, memory.template_version}:
        raise Refused(400, "the template is not one of this algorithm's version")
    features = unseal(_bytes(document.get("template")), memory.template_version)
    return Face(
        face_id=str(uuid.uuid4()),
        image_type=image_type(document.get("imageType")),
        mode=memory.mode,
        version=memory.template_version,
        created=memory.now(),
        reading=Reading(_quality(document.get("quality")), _eyes(document.get("landmarks")), features),
        friendly_name=text_member(document, "friendlyName"),
        digest=text_member(document, "digest"),
    )


def _bytes(template: Any) -> bytes:
    if not isinstance(template, str) or not template:
        raise Refused(400, "template is missing")
    try:
        return base64.b64decode(template.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Refused(400, "template is not base64") from None


def _quality(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise Refused(400, "quality must be a number")
    return round(value or 0)


def _eyes(landmarks: Any) -> tuple[tuple[float, float], tuple[float, float]] | None:
    if landmarks is None:
        return None
    try:
        eyes = landmarks["eyes"]
        return (float(eyes["x1"]), float(eyes["y1"])), (float(eyes["x2"]), float(eyes["y2"]))
    except (TypeError, KeyError, ValueError):
        raise Refused(400, "landmarks are not those of a face") from None
