"""A captured sample, its quality, and the templates made from it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.modality import FaceVariant, Position

Number = int | float | str | bool

ISO_FINGER = "iso19794-2"
"""`Template.format` of an ISO/IEC 19794-2:2005 record: what the station itself makes and compares."""
ANSI_FINGER = "ansi378"
"""ANSI INCITS 378-2004."""
CONTROLID_FINGER = "controlid"
"""The vendor's own template (ICRS21); only its terminals read it."""
SUPREMA_FINGER = "suprema"
GSDK_FACE = "gsdk-face"
RECORDS = frozenset({ISO_FINGER, ANSI_FINGER})
"""Formats that the station can compare by itself."""


class QualityReason(StrEnum):
    """Why a sample is not good enough, in words a clerk can act on."""

    OK = "ok"
    LOW_SCORE = "low-score"
    LITTLE_USABLE_AREA = "little-usable-area"
    CONTACT_LENS = "contact-lens"
    NOT_FRONTAL = "not-frontal"
    TOO_SMALL = "too-small"
    TOO_DRY = "too-dry"
    TOO_WET = "too-wet"
    SMUDGED = "smudged"
    TOO_FEW_MINUTIAE = "too-few-minutiae"
    LOW_CONTRAST = "low-contrast"
    NOT_A_FINGER = "not-a-finger"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Quality:
    """`score` 0 to 100 (larger is better), the reason when it is poor, and the device's own figures."""

    score: float
    reason: QualityReason = QualityReason.OK
    figures: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """A vendor's or standard's template; `format` says which, templates of different `version` never mix.

    `attributes` holds the numbers a device wants back together with the data (for example eye positions).
    """

    format: str
    data: bytes = field(repr=False)
    version: int = 0
    attributes: Mapping[str, Number] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the data, hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Source:
    """Where a sample came from."""

    device_id: str
    vendor: str
    serial: str = ""
    encounter: str = ""


@dataclass(frozen=True)
class Sample:
    """One captured sample: encoded image (BMP, JPEG or PNG; may be empty), quality and templates.

    `image` is the file as received; `media_type` is decided by its content. A card has no image and
    carries its number in `card`.
    """

    position: Position
    source: Source
    captured_at: datetime
    quality: Quality
    image: bytes = field(default=b"", repr=False)
    media_type: str = ""
    variant: FaceVariant | None = None
    templates: tuple[Template, ...] = field(default=(), repr=False)
    card: str = field(default="", repr=False)
    duress: bool = False
    """A finger that opens and raises a silent alarm: devices that know such fingers are told."""

    @property
    def digest(self) -> str:
        """SHA-256 over image, templates and card, hexadecimal: equal content, equal digest."""
        whole = hashlib.sha256(self.image)
        for template in self.templates:
            whole.update(template.data)
        whole.update(self.card.encode())
        return whole.hexdigest()
