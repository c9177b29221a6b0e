"""Selfie against document: pictures and what is wrong with them, comparisons, liveness, the rule that decided."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.comparison import Decision
from app.domain.evidence import SentPicture, SignatureCheck, SignatureOutcome


class PictureKind(StrEnum):
    """What a picture shows."""

    DOCUMENT = "document"
    SELFIE = "selfie"
    VIDEO_FRAME = "video-frame"


@dataclass(frozen=True)
class Eyes:
    """Centers of both eyes in pixels of the picture that is sent."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def distance(self) -> float:
        """Pixels between the eyes."""
        return math.hypot(self.x2 - self.x1, self.y2 - self.y1)


class PictureReason(StrEnum):
    """What is wrong with a picture."""

    UNREADABLE = "unreadable"
    TOO_MANY_BYTES = "too-many-bytes"
    NO_FACE = "no-face"
    SEVERAL_FACES = "several-faces"
    EYES_NOT_FOUND = "eyes-not-found"
    EYES_TOO_CLOSE = "eyes-too-close"
    BLURRED = "blurred"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    LOW_JPEG_QUALITY = "low-jpeg-quality"


class PictureAdvice(StrEnum):
    """What to do about it."""

    OTHER_FILE = "other-file"
    FACE_THE_CAMERA = "face-the-camera"
    ONE_PERSON = "one-person"
    OPEN_EYES = "open-eyes"
    COME_CLOSER = "come-closer"
    HOLD_STILL = "hold-still"
    MORE_LIGHT = "more-light"
    LESS_LIGHT = "less-light"
    ORIGINAL_PHOTO = "original-photo"


@dataclass(frozen=True)
class PictureFinding:
    """One thing wrong with a picture; a blocking one keeps it from being sent."""

    reason: PictureReason
    advice: PictureAdvice
    blocking: bool = True
    measured: float | None = None
    needed: float | None = None


@dataclass(frozen=True)
class CheckedPicture:
    """A picture as it would be sent: upright, small enough, without the camera's notes, and what was found in it."""

    kind: PictureKind
    image: bytes = field(default=b"", repr=False)
    media_type: str = ""
    width: int = 0
    height: int = 0
    digest: str = field(default="", repr=False)
    eyes: Eyes | None = field(default=None, repr=False)
    findings: tuple[PictureFinding, ...] = ()
    sharpness: float = 0.0
    brightness: float = 0.0
    resized: bool = False

    @property
    def usable(self) -> bool:
        """Whether it may be sent."""
        return bool(self.image) and not any(finding.blocking for finding in self.findings)

    @property
    def sent(self) -> SentPicture:
        """What evidence keeps of it."""
        return SentPicture(self.kind.value, self.digest, len(self.image), self.width, self.height, self.media_type)


@dataclass(frozen=True)
class DocumentCheck:
    """What a comparison with a document came to, as a person's record keeps it; `evidence_id` leads to the proof."""

    evidence_id: str
    decided_at: datetime
    decision: Decision
    signature: SignatureOutcome
    score: float | None = None
    threshold: float = 0.0


class FaceQuality(StrEnum):
    """The server's quality figure in words: over 100 good, 0 to 100 usable, below 0 take it again."""

    GOOD = "good"
    USABLE = "usable"
    RETAKE = "retake"
    UNKNOWN = "unknown"


def face_quality(value: float | None) -> FaceQuality:
    """The word for a quality figure."""
    if value is None or not math.isfinite(value):
        return FaceQuality.UNKNOWN
    if value < 0:
        return FaceQuality.RETAKE
    return FaceQuality.GOOD if value > 100 else FaceQuality.USABLE


@dataclass(frozen=True)
class RemoteFace:
    """What the server says of a face: its id, quality figure and eyes, where it says so."""

    face_id: str
    quality: float | None = None
    eyes: Eyes | None = field(default=None, repr=False)
    mode: str = ""
    template_version: str = ""

    @property
    def quality_word(self) -> FaceQuality:
        """Good, usable, to be taken again, or unknown."""
        return face_quality(self.quality)


@dataclass(frozen=True)
class RemoteSession:
    """Room on the server for some faces until a moment; `correlation_id` is random."""

    session_id: str
    correlation_id: str
    expires_at: datetime


@dataclass(frozen=True)
class Comparison:
    """A comparison the server made; `raw` is its reply without template and image, `token` its signature."""

    score: float | None
    far_percent: float | None
    signature: SignatureCheck
    reference: RemoteFace
    candidate: RemoteFace
    created_at: datetime | None = None
    raw: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    correlation_id: str = ""
    asked_at: datetime | None = None
    signing_digest: str = field(default="", repr=False)
    signed_subset: bool = False
    correlation_needed: bool = True
    reference_id: str = ""
    candidate_id: str = ""


@dataclass(frozen=True)
class MatchPolicy:
    """Thresholds and what an unproven reply means."""

    document_threshold: float = 3000.0
    selfie_threshold: float = 3500.0
    signature_required: bool = True
    reply_age_s: float = 300.0
    liveness_required: bool = False

    def threshold(self, reference: PictureKind, probe: PictureKind) -> float:
        """Two pictures of a live person are held to more than one of a document."""
        document = PictureKind.DOCUMENT in (reference, probe)
        return self.document_threshold if document else self.selfie_threshold


class Rule(StrEnum):
    """The rule that decided."""

    SCORE_REACHED = "score-reached"
    SCORE_BELOW = "score-below"
    SCORE_MISSING = "score-missing"
    SIGNATURE_WRONG = "signature-wrong"
    SIGNATURE_NEEDED = "signature-needed"
    LIVENESS_NEEDED = "liveness-needed"


class LivenessOutcome(StrEnum):
    """What a liveness check came to; only LIVE is a success."""

    LIVE = "live"
    FAILED = "failed"
    SPOOF = "spoof"
    SPOOF_JS = "spoof-js"
    ERROR = "error"
    TIMEOUT = "timeout"
    FAKE_WEBCAM = "fake-webcam"
    OTHER_MODE = "other-mode"
    UNPROVEN = "unproven"
    NOT_READY = "not-ready"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LivenessReply:
    """What the server answered: status and modes as it spells them."""

    status: str
    asked_mode: str
    answered_mode: str
    fake_webcam: bool
    signature: SignatureCheck
    best_image_id: str = ""
    diagnostic: str = ""
    raw: str = field(default="", repr=False)
    """As received, without signature, template and image; `token` is the signature."""
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class LivenessResult:
    """The outcome and the reply it was read from."""

    outcome: LivenessOutcome
    reply: LivenessReply


@dataclass(frozen=True)
class Verdict:
    """The decision, the rule that made it, and the figures shown with it; FAR is in percent."""

    decision: Decision
    rule: Rule
    threshold: float
    score: float | None
    far_percent: float | None
    far_odd: bool
    signature: SignatureOutcome

    @property
    def verified(self) -> bool:
        """Whether it may be shown as proven."""
        return self.signature is SignatureOutcome.VALID
