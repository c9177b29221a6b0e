"""The server's JSON to typed values, every documented spelling and every known deviation read."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from app.bioserver import jsontext
from app.bioserver.faults import nonsense
from app.bioserver.signatures import SIGNATURE, moment
from app.domain.document import Eyes, LivenessOutcome, LivenessReply, PictureKind, RemoteFace
from app.domain.evidence import SignatureCheck, SignatureOutcome

IMAGE_TYPES = {
    PictureKind.DOCUMENT: "ID_DOCUMENT",
    PictureKind.SELFIE: "SELFIE",
    PictureKind.VIDEO_FRAME: "VIDEO_FRAME",
}
BIOMETRIC = frozenset({"template", "image"})
WAITING = frozenset({"INITIALIZED", "IN_PROGRESS", "PROCESSING", "PENDING"})
_OUTCOMES = {
    "SUCCESS": LivenessOutcome.LIVE,
    "FAILED": LivenessOutcome.FAILED,
    "SPOOF": LivenessOutcome.SPOOF,
    "SPOOF_JS": LivenessOutcome.SPOOF_JS,
    "ERROR": LivenessOutcome.ERROR,
    "TIMEOUT": LivenessOutcome.TIMEOUT,
}

Json = dict[str, Any]


@dataclass(frozen=True)
class Capabilities:
    """What the server is and which modes it accepts."""

    version: str = ""
    status: str = ""
    current_modes: tuple[str, ...] = ()
    accepted_modes: tuple[str, ...] = ()

    @property
    def modes(self) -> frozenset[str]:
        """Every mode it lists."""
        return frozenset(self.current_modes + self.accepted_modes)


@dataclass(frozen=True)
class SessionReply:
    """A session as the server describes it."""

    session_id: str
    correlation_id: str
    images_kept: bool
    created_at: datetime | None
    expires_at: datetime | None
    raw: str = field(repr=False)


@dataclass(frozen=True)
class FaceReply:
    """A face; `raw` is its JSON as received, which is what may be sent back later."""

    face: RemoteFace
    image_type: str
    digest: str = field(repr=False)
    created_at: datetime | None
    expires_at: datetime | None
    raw: str = field(repr=False)


@dataclass(frozen=True)
class MatchReply:
    """A match; score and FAR (percent) are None where missing or not numbers."""

    score: float | None
    far_percent: float | None
    reference: RemoteFace
    candidate: RemoteFace
    correlation_id: str
    created_at: datetime | None
    raw: str = field(repr=False)

    @property
    def token(self) -> str:
        """The signature as received; empty when unsigned."""
        return text_of(jsontext.parse(self.raw).get(SIGNATURE))

    @property
    def order(self) -> float:
        """For sorting: no score comes last."""
        return -math.inf if self.score is None else self.score


@dataclass(frozen=True)
class LivenessParameters:
    """What IDEMIA's capture library needs; opaque to the station."""

    kind: str
    security_level: str
    challenges: int | None
    certificates: tuple[str, ...] = field(repr=False)
    server_random: str = field(repr=False)
    seed: str = field(repr=False)
    raw: str = field(repr=False)


@dataclass(frozen=True)
class ReplayReply:
    """How far a replay is; `image` is base64 text as received."""

    status: str
    image: str = field(repr=False)
    raw: str = field(repr=False)

    @property
    def waiting(self) -> bool:
        """Whether to ask again."""
        return self.status in WAITING


def object_of(body: bytes, step: str) -> tuple[Json, str]:
    """The reply object and its text; a list of one counts as that one. ProtocolError for anything else."""
    text = _text(body, step)
    try:
        if text.lstrip(" \t\r\n").startswith("["):
            (text,) = jsontext.elements(text)
        value = jsontext.parse(text)
    except ValueError:
        raise nonsense(step, "json") from None
    if not isinstance(value, dict):
        raise nonsense(step, "json")
    return value, text


def objects_of(body: bytes, step: str) -> tuple[tuple[Json, str], ...]:
    """The objects of a list reply, each with its own text; a bare object counts as a list of one."""
    text = _text(body, step)
    try:
        raws = jsontext.elements(text) if text.lstrip(" \t\r\n").startswith("[") else (text,)
        found = tuple((jsontext.parse(raw), raw) for raw in raws)
    except jsontext.NotJson:
        raise nonsense(step, "json") from None
    if not all(isinstance(value, dict) for value, _ in found):
        raise nonsense(step, "json")
    return found


def id_in_location(location: str, after: str) -> str:
    """The last path segment behind `/bio-sessions/` or `/faces/`, wherever the address points; empty when absent."""
    try:
        parts = [unquote(part) for part in urlsplit(location.strip()).path.split("/") if part]
    except ValueError:
        return ""
    names = [part.lower() for part in parts]
    if after not in names:
        return ""
    place = len(names) - 1 - names[::-1].index(after)
    found = parts[place + 1] if place + 1 < len(parts) else ""
    return found if is_id(found) else ""


def is_id(text: str) -> bool:
    """Whether a remote id may stand in an address of ours."""
    letters = text.isascii() and all(letter.isalnum() or letter in "-_.~" for letter in text)
    return 0 < len(text) <= 128 and letters and text.strip(".") != ""


def capabilities(body: Json) -> Capabilities:
    """Both documented shapes: version and modes, or status, currentMode and acceptedModes."""
    return Capabilities(
        text_of(body.get("version")),
        text_of(body.get("status")),
        texts_of(body.get("currentMode")),
        texts_of(body.get("acceptedModes")) + texts_of(body.get("modes")),
    )


def session(body: Json, raw: str) -> SessionReply:
    """A session object."""
    return SessionReply(
        text_of(body.get("id")),
        text_of(body.get("correlationId")),
        flag(body.get("imageStorageEnabled")),
        moment(body.get("created")),
        moment(body.get("expires")),
        raw,
    )


def face(body: Json, raw: str) -> FaceReply:
    """A face object."""
    return FaceReply(
        remote_face(body),
        text_of(body.get("imageType")),
        text_of(body.get("digest")),
        moment(body.get("created")),
        moment(body.get("expires")),
        raw,
    )


def remote_face(body: object) -> RemoteFace:
    """What is known of a face, of which a match often says little."""
    told: Json = body if isinstance(body, dict) else {}
    version = told.get("templateVersion", told.get("templateversion"))
    marks = told.get("landmarks")
    eyes = _eyes(marks.get("eyes")) if isinstance(marks, dict) else None
    mode, found = text_of(told.get("mode")), text_of(version)
    return RemoteFace(text_of(told.get("id")), number(told.get("quality")), eyes, mode, found)


def match(body: Json, raw: str) -> MatchReply:
    """A match object."""
    return MatchReply(
        _figure(body.get("score")),
        _figure(body.get("falseAcceptanceRate")),
        remote_face(body.get("reference")),
        remote_face(body.get("candidate")),
        text_of(body.get("correlationId")),
        moment(body.get("created")),
        raw,
    )


def ranked(found: tuple[MatchReply, ...], reference_id: str) -> tuple[MatchReply, ...]:
    """Without the reference itself, best first whatever the server's order."""
    others = [one for one in found if not one.candidate.face_id or one.candidate.face_id != reference_id]
    return tuple(sorted(others, key=lambda one: one.order, reverse=True))


def liveness_parameters(body: Json, raw: str) -> LivenessParameters:
    """Both spellings of the certificates, a random number as number or text."""
    challenges = number(body.get("nbChallenge", body.get("numberOfChallenge")))
    return LivenessParameters(
        text_of(body.get("type")),
        text_of(body.get("securityLevel")),
        None if challenges is None else int(challenges),
        texts_of(body.get("certificates")) + texts_of(body.get("certificate")),
        text_of(body.get("serverRandom")),
        text_of(body.get("seed")),
        raw,
    )


def liveness_reply(body: Json, asked_mode: str, signature: SignatureCheck) -> LivenessReply:
    """A challenge result; `fakewebcam` in any spelling."""
    spelled = {name.replace(" ", "").lower(): value for name, value in body.items()}
    return LivenessReply(
        text_of(body.get("livenessStatus", body.get("status"))).upper(),
        asked_mode,
        text_of(body.get("livenessMode")),
        flag(spelled.get("fakewebcam")),
        signature,
        text_of(body.get("bestImageId")),
        text_of(body.get("diagnostic"))[:200],
    )


def replay(body: Json, raw: str) -> ReplayReply:
    """A replay status."""
    return ReplayReply(text_of(body.get("status")).upper(), text_of(body.get("image")), raw)


def liveness_outcome(reply: LivenessReply, *, signature_required: bool) -> LivenessOutcome:
    """Fraud first, then proof, then the status; only SUCCESS of the mode asked for, from a real camera, is LIVE."""
    if reply.status in WAITING or not reply.status:
        return LivenessOutcome.NOT_READY
    outcome = _OUTCOMES.get(reply.status, LivenessOutcome.UNKNOWN)
    if reply.fake_webcam:
        return LivenessOutcome.FAKE_WEBCAM
    if outcome is not LivenessOutcome.LIVE:
        return outcome
    if reply.answered_mode != reply.asked_mode:
        return LivenessOutcome.OTHER_MODE
    return outcome if _proven(reply.signature.outcome, signature_required) else LivenessOutcome.UNPROVEN


def number(value: object) -> float | None:
    """A finite number, also one written as text; None for missing, NaN, infinite or anything else."""
    if isinstance(value, str):
        value = _decimal(value)
    if not isinstance(value, Decimal):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def _figure(value: object) -> float | None:
    """What decides must be a number; a text that looks like one is not."""
    return None if isinstance(value, str) else number(value)


def text_of(value: object) -> str:
    """Text, or a number as text; empty for anything else."""
    return value if isinstance(value, str) else str(value) if isinstance(value, Decimal) else ""


def texts_of(value: object) -> tuple[str, ...]:
    """One text or a list of texts."""
    many = value if isinstance(value, list) else [value]
    return tuple(text for text in map(text_of, many) if text)


def flag(value: object) -> bool:
    """true, also as text."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _proven(outcome: SignatureOutcome, required: bool) -> bool:
    if required:
        return outcome is SignatureOutcome.VALID
    return outcome not in {SignatureOutcome.INVALID, SignatureOutcome.MISMATCH}


def _eyes(value: object) -> Eyes | None:
    told = value if isinstance(value, dict) else {}
    found = [number(told.get(name)) for name in ("x1", "y1", "x2", "y2")]
    numbers = [one for one in found if one is not None]
    return Eyes(*numbers) if len(numbers) == 4 else None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except ArithmeticError:
        return None


def _text(body: bytes, step: str) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise nonsense(step, "text") from None
