"""What a minutiae record says, whichever of the two formats carried it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from app.matching.minutiae import Minutiae


class RecordFormat(Enum):
    """The two formats read and written here; the values are their names."""

    ISO_19794_2_2005 = "ISO/IEC 19794-2:2005"
    ANSI_378_2004 = "ANSI INCITS 378-2004"


class Refusal(StrEnum):
    """The `reason` fact of `RecordRefused`."""

    EMPTY = "empty"
    CUT = "cut"
    OTHER_FORMAT = "other-format"
    UNKNOWN = "unknown-format"


class Note(StrEnum):
    """What was read although it is not as the document says; worth a line in the log, never a refusal."""

    RESOLUTION_ASSUMED = "resolution-assumed"
    """Missing or impossible: 500 dpi is assumed."""
    RESOLUTION_IN_PPI = "resolution-in-ppi"
    """Given per inch instead of per centimeter."""
    LENGTH_WRONG = "length-wrong"
    """The length field does not fit the counts."""
    VIEWS_UNCOUNTED = "views-uncounted"
    """The view count is zero although a view follows."""
    VIEWS_MISSING = "views-missing"
    """Fewer views than counted."""
    ANGLES_LOOK_ANSI = "angles-look-ansi"
    """No angle beyond 179 in a long ISO record: perhaps steps of two degrees."""
    ANGLES_LOOK_ISO = "angles-look-iso"
    """Angles beyond the ANSI range, read as 256 per turn."""
    EXTENDED_MISSING = "extended-missing"
    """Cut before the length of the extended data."""
    EXTENDED_DAMAGED = "extended-damaged"
    """The extended data blocks do not add up."""
    CUT_AT_SLOT = "cut-at-slot"
    """Minutiae cut at the end of the 384-byte slot."""
    TAIL = "tail"
    """Bytes other than zero after the last view."""


@dataclass(frozen=True)
class ExtendedBlock:
    """One extended data block of a view: its type code and its content without the 4-byte header."""

    code: int
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class FingerView:
    """One finger view. `finger`: position code 0..10 (0 unknown); `quality`: 0..100 as written.

    `minutiae` are at 500 dpi with angles 256 per turn, whatever the record used.
    """

    minutiae: Minutiae
    finger: int = 0
    number: int = 0
    impression: int = 0
    quality: int = 0
    extended: tuple[ExtendedBlock, ...] = ()


@dataclass(frozen=True)
class MinutiaeRecord:
    """A whole record: its format, its views (at least one) and what was odd about it."""

    format: RecordFormat
    views: tuple[FingerView, ...]
    notes: frozenset[Note] = frozenset()
