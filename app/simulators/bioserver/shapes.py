"""Write what the server remembers as the objects of its document; moments stay datetimes until they are dressed."""

import base64
from typing import Any

from app.simulators.bioserver.memory import Face, Memory, Session
from app.simulators.bioserver.templates import seal
from app.simulators.bioserver.wire import Document


def session_object(session: Session) -> Document:
    return _present(
        id=session.session_id,
        correlationId=session.correlation_id,
        imageStorageEnabled=session.image_storage,
        created=session.created,
        expires=session.expires,
    )


def face_object(memory: Memory, face: Face, session: Session | None) -> Document:
    """A face with its template. Those of a session end with it; direct ones have no end."""
    features = face.reading.features
    template = None if features is None else base64.b64encode(seal(features, face.version)).decode("ascii")
    usual = "templateVersion" if session else "templateversion"
    document = _described(memory, face) | _present(
        imageRotationEnabled=face.rotation,
        template=template,
        **{memory.variants.version_name or usual: face.version if template else None},
        created=face.created,
        expires=session.expires if session else None,
    )
    return _extended(memory, document)


def match_object(
    memory: Memory, reference: Face, candidate: Face, score: float, far: float, **members: Any
) -> Document:
    """A match: both faces without their templates, the score and the rate in percent."""
    document = _present(
        reference=_matched(memory, reference),
        candidate=_matched(memory, candidate),
        score=score,
        falseAcceptanceRate=far,
        **members,
    )
    return _extended(memory, document)


def _matched(memory: Memory, face: Face) -> Document:
    document = _described(memory, face)
    left_out = {"full": set(), "no_digest": {"digest"}, "bare": {"digest", "quality", "landmarks"}}
    return {name: value for name, value in document.items() if name not in left_out[memory.variants.match_faces]}


def _described(memory: Memory, face: Face) -> Document:
    return _present(
        id=face.face_id,
        friendlyName=face.friendly_name,
        digest=_digest(memory, face.digest),
        mode=face.mode,
        imageType=face.image_type,
        quality=face.reading.quality,
        landmarks=_landmarks(memory, face),
    )


def _digest(memory: Memory, digest: str | None) -> str | None:
    if digest is None or memory.variants.digest == "missing":
        return None
    return {"capitals": digest.upper(), "short": digest[:-1]}.get(memory.variants.digest, digest)


def _landmarks(memory: Memory, face: Face) -> Document | None:
    if face.reading.eyes is None:
        return None
    (x1, y1), (x2, y2) = face.reading.eyes
    landmarks: Document = {"eyes": {"x1": round(x1, 4), "y1": round(y1, 4), "x2": round(x2, 4), "y2": round(y2, 4)}}
    if memory.variants.boxes:
        apart = abs(x2 - x1)
        landmarks["box"] = {"x": round(min(x1, x2) - apart), "y": round(min(y1, y2) - apart),
                            "width": round(3 * apart), "height": round(3.6 * apart)}  # fmt: skip
    return landmarks


def _extended(memory: Memory, document: Document) -> Document:
    return document | {"processingNode": "synthetic-1"} if memory.variants.extra_members else document


def _present(**members: Any) -> Document:
    return {name: value for name, value in members.items() if value is not None}
