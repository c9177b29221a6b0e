"""Finger templates on the wire: 384 bytes, filled with zeros; the record's own length says where it ends.

A record with more minutiae than fit loses the poorest ones (ISO/IEC 19794-2:2005 and INCITS 378-2004, one view).
"""

import struct
from dataclasses import dataclass

from app.domain.errors import InvalidInput, RecordRefused
from app.domain.sample import ANSI_FINGER, ISO_FINGER, SUPREMA_FINGER

SIZE = 384
FORMATS = {0: SUPREMA_FINGER, 1: ISO_FINGER, 2: ANSI_FINGER}
"""`finger.TemplateFormat` to the station's names."""
NUMBERS = {name: number for number, name in FORMATS.items()}

MAGIC = b"FMR\0 20\0"
VIEW_HEADER = 4
MINUTIA = 6


@dataclass(frozen=True)
class _Layout:
    """Where a record's first view begins, and how its length is written."""

    header: int
    length_at: int
    length_size: int


_ISO = _Layout(24, 8, 4)
_ANSI = _Layout(26, 8, 2)
_ANSI_LONG = _Layout(30, 10, 4)


def padded(record: bytes) -> bytes:
    """The record on 384 bytes. RecordRefused when it is longer and cannot be made to fit."""
    if not record:
        raise InvalidInput(field="template", reason="empty")
    fitting = record if len(record) <= SIZE else shortened(record)
    return fitting.ljust(SIZE, b"\0")


def trimmed(data: bytes, form: str) -> bytes:
    """What a gateway sent without its padding, by the record's own length; proprietary templates stay whole."""
    if form not in (ISO_FINGER, ANSI_FINGER):
        return data
    layout = _layout(data, form)
    end = int.from_bytes(data[layout.length_at : layout.length_at + layout.length_size], "big")
    if not layout.header + VIEW_HEADER <= end <= len(data):
        raise RecordRefused(reason="length", format=form)
    return data[:end]


def shortened(record: bytes) -> bytes:
    """The record with as many of its best minutiae as 384 bytes hold; extended data is left out."""
    layout = _layout(record, ISO_FINGER if len(record) > 8 and _is_iso(record) else ANSI_FINGER)
    start = layout.header + VIEW_HEADER
    count = record[start - 1]
    minutiae = [record[at : at + MINUTIA] for at in range(start, start + count * MINUTIA, MINUTIA)]
    room = (SIZE - start - 2) // MINUTIA
    if len(minutiae) != count or any(len(each) != MINUTIA for each in minutiae):
        raise RecordRefused(reason="truncated")
    best = set(sorted(range(count), key=lambda at: (-minutiae[at][-1], at))[:room])
    kept = [each for at, each in enumerate(minutiae) if at in best]
    body = record[layout.header : start - 1] + bytes([len(kept)]) + b"".join(kept) + b"\0\0"
    head = bytearray(record[: layout.header])
    length = layout.header + len(body)
    head[layout.length_at : layout.length_at + layout.length_size] = length.to_bytes(layout.length_size, "big")
    return bytes(head) + body


def _is_iso(record: bytes) -> bool:
    """Both standards begin alike; only ISO writes its length on four bytes from the eighth on."""
    return struct.unpack_from(">I", record, 8)[0] == len(record.rstrip(b"\0")) or (
        record[8:10] == b"\0\0"
        and (
            struct.unpack_from(">I", record, 8)[0] <= len(record)
            and struct.unpack_from(">I", record, 8)[0] >= _ISO.header + VIEW_HEADER
        )
    )


def _layout(data: bytes, form: str) -> _Layout:
    if len(data) < _ISO.header + VIEW_HEADER or data[:8] != MAGIC:
        raise RecordRefused(reason="not-a-record", format=form)
    if form == ISO_FINGER:
        return _ISO
    return _ANSI_LONG if data[8:10] == b"\0\0" else _ANSI
