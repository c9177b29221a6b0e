"""Telling record formats apart by their first bytes, and naming the ones refused."""

from __future__ import annotations

from typing import Final

from app.domain.errors import RecordRefused
from app.matching.records.model import RecordFormat, Refusal

MAGIC: Final = b"FMR\0"
VERSION: Final = b" 20\0"
ISO_HEADER: Final = 24
ANSI_HEADER: Final = 26
ANSI_LONG_HEADER: Final = 30
SUPREMA_BYTES: Final = 384

_LATER_VERSIONS: Final = {
    b"030\0": "ISO/IEC 19794-2:2011 or ANSI INCITS 378-2009",
    b"035\0": "ANSI INCITS 378-2009/Am1",
}
_OTHER_MAGICS: Final = {
    b"FIR\0": "finger image record",
    b"IIR\0": "iris image record",
    b"FAC\0": "face image record",
    b"\x89PNG": "PNG image",
    b"II*\0": "TIFF image",
    b"MM\0*": "TIFF image",
    b"\xff\xd8\xff": "JPEG image",
    b"BM": "BMP image",
    b"\x7f\x2e": "ISO/IEC 19794-2 card form",
    b"\x7f\x60": "ISO/IEC 19794-2 card form",
    b"\x7f\x61": "ISO/IEC 19794-2 card form",
}
CARD_FORM: Final = "ISO/IEC 19794-2 card form"
SUPREMA: Final = "Suprema template"


def header_size(data: bytes, kind: RecordFormat) -> int:
    """Bytes before the first view: ISO 24, ANSI 26, or 30 when its 2-byte length is zero (section 6.4.3)."""
    if kind is RecordFormat.ISO_19794_2_2005:
        return ISO_HEADER
    return ANSI_HEADER if int.from_bytes(data[8:10], "big") else ANSI_LONG_HEADER


def detect(data: bytes) -> RecordFormat:
    """Which of the two formats that share magic and version this is; RecordRefused names any other.

    ANSI writes its length in the 2 bytes after the version (26 or more), ISO in 4, so that 2 bytes
    below 26 belong to ISO. Two zero bytes are an ISO record under 64 KB, or ANSI's long form, where
    a 4-byte length of 64 KB and more follows.
    """
    check_version(data)
    short = int.from_bytes(data[8:10], "big")
    if short:
        return RecordFormat.ANSI_378_2004 if short >= ANSI_HEADER else RecordFormat.ISO_19794_2_2005
    if int.from_bytes(data[10:12], "big") >= ISO_HEADER:
        return RecordFormat.ISO_19794_2_2005
    long_form = int.from_bytes(data[10:14], "big") >= ANSI_LONG_HEADER
    return RecordFormat.ANSI_378_2004 if long_form else RecordFormat.ISO_19794_2_2005


def check_version(data: bytes) -> None:
    """Refuse by name whatever is not a 2004/2005 minutiae record."""
    if not data.strip(b"\0"):
        raise RecordRefused(reason=Refusal.EMPTY, bytes=len(data))
    if not data.startswith(MAGIC):
        raise _foreign(data)
    if data[4:8] in _LATER_VERSIONS:
        raise RecordRefused(reason=Refusal.OTHER_FORMAT, format=_LATER_VERSIONS[data[4:8]])
    if len(data) >= 8 and data[4:8] != VERSION:
        raise RecordRefused(reason=Refusal.OTHER_FORMAT, format="minutiae record of another version")
    if len(data) < ISO_HEADER:
        raise RecordRefused(reason=Refusal.CUT, bytes=len(data))


def _foreign(data: bytes) -> RecordRefused:
    for magic, name in _OTHER_MAGICS.items():
        if data.startswith(magic):
            return RecordRefused(reason=Refusal.OTHER_FORMAT, format=name)
    if len(data) == SUPREMA_BYTES:
        return RecordRefused(reason=Refusal.OTHER_FORMAT, format=SUPREMA)
    if _looks_like_card_form(data):
        return RecordRefused(reason=Refusal.OTHER_FORMAT, format=CARD_FORM)
    return RecordRefused(reason=Refusal.UNKNOWN, bytes=len(data))


def _looks_like_card_form(data: bytes) -> bool:
    """Three bytes a minutia: x, y, then 2 bits type (never 3) and 6 bits angle; ordered by x or by y."""
    minutiae = len(data) // 3
    if len(data) % 3 or not 4 <= minutiae <= 255 or any(data[i] >> 6 == 3 for i in range(2, len(data), 3)):
        return False
    return any(
        list(data[axis::3]) == sorted(data[axis::3], reverse=turned) for axis in (0, 1) for turned in (False, True)
    )
