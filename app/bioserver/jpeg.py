"""What a JPEG file says of itself: its quality, its orientation; and the same file without its notes."""

import struct
from collections.abc import Iterator

MEDIA_TYPE = "image/jpeg"
_START = b"\xff\xd8"
_SOS, _DQT, _APP0, _APP1, _APP14, _COM = 0xDA, 0xDB, 0xE0, 0xE1, 0xEE, 0xFE
_LONE = {0x01, *range(0xD0, 0xD9)}
_LUMINANCE_SUM = 3687
"""Sum of the standard's luminance table (ITU-T T.81, K.1), which quality 50 uses as it is."""


def is_jpeg(data: bytes) -> bool:
    """Whether the content, not the name, is JPEG."""
    return data.startswith(_START)


def quality(data: bytes) -> int | None:
    """The quality (1 to 100) its luminance table stands for, as libjpeg counts; None without a table."""
    for marker, _, body in _segments(data):
        if marker == _DQT and body:
            table = _luminance(body)
            if table is not None:
                return _quality_of(sum(table))
    return None


def orientation(data: bytes) -> int:
    """EXIF orientation, 1 (upright) to 8; 1 when nothing is said."""
    for marker, _, body in _segments(data):
        if marker == _APP1 and body.startswith(b"Exif\0\0"):
            return _orientation(body[6:])
    return 1


def without_notes(data: bytes) -> bytes:
    """The same picture, bit for bit, without EXIF, comments and other notes; the color kinds stay."""
    out = bytearray(_START)
    end = len(_START)
    for marker, start, body in _segments(data):
        end = start + 4 + len(body)
        if marker in {_APP0, _APP14} or not (_APP0 <= marker <= 0xEF or marker == _COM):
            out += data[start:end]
        if marker == _SOS:
            break
    return bytes(out) + data[end:]


def _segments(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Marker, where it begins, and body of each segment, up to the picture's data."""
    at = len(_START)
    while is_jpeg(data) and at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _LONE:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            return
        yield marker, at, data[at + 4 : at + 2 + length]
        if marker == _SOS:
            return
        at += 2 + length


def _luminance(body: bytes) -> tuple[int, ...] | None:
    """Table 0 of a segment that may hold several, each of 64 numbers of one or two bytes."""
    at = 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 15
        size = 128 if wide else 64
        table = body[at + 1 : at + 1 + size]
        if len(table) < size:
            return None
        if number == 0:
            return struct.unpack(">64H", table) if wide else tuple(table)
        at += 1 + size
    return None


def _quality_of(total: int) -> int:
    scale = 100 * total / _LUMINANCE_SUM
    found = (200 - scale) / 2 if scale <= 100 else 5000 / scale
    return max(1, min(100, round(found)))


def _orientation(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 1
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for place in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if tag == 0x0112 and kind == 3:
            return int(value) if 1 <= value <= 8 else 1
    return 1
