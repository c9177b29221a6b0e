"""What is kept of a comparison, so that it can be proven years later without the pictures."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.comparison import Decision


class SignatureOutcome(StrEnum):
    """Five different things; only VALID may be shown as verified."""

    VALID = "valid"
    INVALID = "invalid"
    """The signature does not belong to these bytes, or its form is not allowed."""
    MISMATCH = "mismatch"
    """Signed, but not what the reply says or not the answer to what was asked."""
    UNSIGNED = "unsigned"
    NO_KEY = "no-key"
    """No configured key that is in its dates can check it."""


class SignatureReason(StrEnum):
    """Why a signature is not VALID."""

    NONE = ""
    FORM = "form"
    ALGORITHM = "algorithm"
    HEADER = "header"
    BYTES = "bytes"
    PAYLOAD = "payload"
    CONTENT = "content"
    NO_KEYS = "no-keys"
    KEY_DATES = "key-dates"
    CORRELATION = "correlation"
    SESSION = "session"
    FACE = "face"
    DIGEST = "digest"
    PICTURE_KIND = "picture-kind"
    AGE = "age"
    EXPIRED = "expired"
    DATES = "dates"


@dataclass(frozen=True)
class SignatureCheck:
    """The outcome for one signed object; `key_pem` and its SHA-256 fingerprint are set when a key verified it."""

    outcome: SignatureOutcome
    reason: SignatureReason = SignatureReason.NONE
    key_fingerprint: str = ""
    key_pem: str = field(default="", repr=False)


@dataclass(frozen=True)
class SentPicture:
    """A picture that was sent: SHA-256 (hexadecimal) and size of exactly those bytes."""

    kind: str
    digest: str = field(repr=False)
    size: int
    width: int
    height: int
    media_type: str


@dataclass(frozen=True)
class LivenessProof:
    """The reply a liveness outcome was read from, as `Evidence` keeps replies; `key_pem` verified it, if any did."""

    asked_mode: str
    reply: str = field(repr=False)
    token: str = field(repr=False)
    key_pem: str = field(repr=False)


@dataclass(frozen=True)
class Evidence:
    """One decision with everything needed to check it again offline.

    `reply` is the raw reply without template and image; `token` the compact signature over it (empty: unsigned).
    When the signed text itself held a template or image, it is not kept: `signing_digest` is then SHA-256 of the
    signed bytes and `token` ends with the signature alone.
    """

    evidence_id: str
    decided_at: datetime
    asked_at: datetime
    reference: SentPicture
    probe: SentPicture
    correlation_id: str
    reply: str = field(repr=False)
    token: str = field(repr=False)
    signature: SignatureOutcome
    signature_reason: SignatureReason
    key_fingerprint: str
    key_pem: str = field(repr=False)
    score: float | None
    far_percent: float | None
    threshold: float
    signature_required: bool
    reply_age_s: float
    decision: Decision
    rule: str
    liveness: str = ""
    liveness_required: bool = False
    liveness_proof: LivenessProof | None = None
    signing_digest: str = field(default="", repr=False)
    signed_subset: bool = False
    correlation_needed: bool = True
    reference_id: str = ""
    candidate_id: str = ""
    person_id: str = field(default="", repr=False)
    actor: str = ""


@dataclass(frozen=True)
class EvidenceSummary:
    """A record in a list."""

    evidence_id: str
    decided_at: datetime
    decision: Decision
    signature: SignatureOutcome
    score: float | None


class EvidenceFault(StrEnum):
    """What does not hold when a record is checked again."""

    SIGNATURE = "signature"
    KEY = "key"
    SCORE = "score"
    FAR = "far"
    PICTURES = "pictures"
    DECISION = "decision"
    UNREADABLE = "unreadable"
    LIVENESS = "liveness"


@dataclass(frozen=True)
class EvidenceReport:
    """A record checked again: it `holds` when nothing differs, and is `proven` when a valid signature says so."""

    evidence_id: str
    decided_at: datetime | None = None
    decision: Decision | None = None
    signature: SignatureOutcome | None = None
    recorded_signature: SignatureOutcome | None = None
    score: float | None = None
    key_fingerprint: str = ""
    faults: tuple[EvidenceFault, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the record says today what it said then."""
        return not self.faults

    @property
    def proven(self) -> bool:
        """Whether the server's signature vouches for it."""
        return self.holds and self.signature is SignatureOutcome.VALID
