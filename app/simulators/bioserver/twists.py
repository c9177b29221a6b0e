"""Answers that are wrong on purpose: honest signatures over the wrong content, and content nobody signed."""

import copy
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from app.simulators.bioserver.settings import Mischief
from app.simulators.bioserver.wire import Document
from app.simulators.faults import Fault

Strikes = Mapping[str, Fault]
_HOUR: Final = timedelta(hours=1)
_WRONG_DIGEST: Final = "0f" * 32
_HIGH: Final = 8899.5


def before_signing(document: Document, strikes: Strikes) -> Document:
    """The content that will be signed, spoiled by what strikes this request."""
    document = copy.deepcopy(document)
    for kind, spoil in _BEFORE.items():
        if kind in strikes:
            spoil(document, strikes[kind])
    return document


def signed_instead(document: Document, strikes: Strikes) -> Document:
    """What the signature is made over; not the document itself when the payload is swapped or less than the body."""
    document = dict(document)
    if Mischief.SWAPPED_PAYLOAD in strikes:
        _wrong_id(document, strikes[Mischief.SWAPPED_PAYLOAD])
        if "score" in document:
            document |= {"score": _HIGH, "falseAcceptanceRate": 1.6e-11}
        if "livenessStatus" in document:
            document["diagnostic"] = "of another challenge"
        if "status" in document:
            document["status"] = "SUCCESS" if document["status"] != "SUCCESS" else "FAILED"
    return document


def after_signing(document: Document, strikes: Strikes) -> Document:
    """What the body says, when that is not what was signed."""
    document = dict(document)
    if Mischief.RAISED_SCORE in strikes and "score" in document:
        document["score"] = _HIGH
    if Mischief.ADDED_MEMBER in strikes:
        document["verifiedBy"] = "nobody"
    if Mischief.LOST_MEMBER in strikes and document:
        document.pop(next((name for name in ("correlationId", "created") if name in document), next(iter(document))))
    return document


def _faces(document: Document) -> list[Document]:
    """The objects in it that have a digest and an imageType: a match's two faces, or a face itself."""
    return [document[name] for name in ("reference", "candidate") if name in document] or [document]


def _moved(by: timedelta) -> Callable[[Document, Fault], None]:
    def move(document: Document, _fault: Fault) -> None:
        for name, value in document.items():
            if isinstance(value, datetime):
                document[name] = value + by

    return move


def _wrong_digest(document: Document, fault: Fault) -> None:
    chosen = [document[fault.body]] if fault.body and fault.body in document else _faces(document)
    for face in chosen:
        if "digest" in face or "imageType" in face:
            face["digest"] = _WRONG_DIGEST


def _wrong_correlation(document: Document, _fault: Fault) -> None:
    document["correlationId"] = str(uuid.uuid4())


def _no_correlation(document: Document, _fault: Fault) -> None:
    document.pop("correlationId", None)


def _wrong_type_of_image(document: Document, _fault: Fault) -> None:
    for face in _faces(document):
        if "imageType" in face:
            face["imageType"] = "VIDEO_FRAME" if face["imageType"] != "VIDEO_FRAME" else "SELFIE"


def _wrong_id(document: Document, _fault: Fault) -> None:
    for part in _faces(document):
        part["id"] = str(uuid.uuid4())


def _score(value: Any) -> Callable[[Document, Fault], None]:
    def put(document: Document, _fault: Fault) -> None:
        if "score" in document:
            document["score"] = value

    return put


def _no_score(document: Document, _fault: Fault) -> None:
    document.pop("score", None)


def _rate(share: float) -> Callable[[Document, Fault], None]:
    def put(document: Document, _fault: Fault) -> None:
        if "falseAcceptanceRate" in document:
            document["falseAcceptanceRate"] *= share

    return put


_BEFORE: Final[dict[Mischief, Callable[[Document, Fault], None]]] = {
    Mischief.OLD: _moved(-_HOUR),
    Mischief.FUTURE: _moved(_HOUR),
    Mischief.WRONG_DIGEST: _wrong_digest,
    Mischief.WRONG_CORRELATION: _wrong_correlation,
    Mischief.NO_CORRELATION: _no_correlation,
    Mischief.WRONG_TYPE_OF_IMAGE: _wrong_type_of_image,
    Mischief.WRONG_ID: _wrong_id,
    Mischief.NO_SCORE: _no_score,
    Mischief.NAN_SCORE: _score(float("nan")),
    Mischief.INFINITE_SCORE: _score(float("inf")),
    Mischief.TEXT_SCORE: _score("8000"),
    Mischief.FAR_OFF: _rate(1000.0),
    Mischief.FAR_FRACTION: _rate(0.01),
}
