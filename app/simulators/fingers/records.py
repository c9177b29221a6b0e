"""Write synthetic minutiae as a sender's finger minutiae record.

ISO/IEC 19794-2:2005 section 7 and ANSI INCITS 378-2004 section 6: one finger, one view, no extended data.
"""

from __future__ import annotations

import struct

from app.simulators.fingers.points import Points

_MAGIC = b"FMR\x00 20\x00"
_PER_CM = 197  # pixels per centimeter at 500 dpi


def iso_record(points: Points, finger: int = 0, quality: int = 80, size: int | None = None) -> bytes:
    """ISO/IEC 19794-2:2005 record of at most 255 minutiae; zero-padded to `size` bytes when given.

    finger: position code 0..10; quality: 0..100. Raises ValueError when the record does not fit `size`.
    """
    body = _view(points, finger, quality, [int(angle) for angle in points.angle])
    length = 8 + 4 + 12 + len(body)
    return _padded(_MAGIC + struct.pack(">I", length) + struct.pack(">H", 0) + _image(points) + body, size)


def ansi_record(points: Points, finger: int = 0, quality: int = 80, size: int | None = None) -> bytes:
    """ANSI INCITS 378-2004 record, otherwise as `iso_record`; directions in steps of two degrees."""
    body = _view(points, finger, quality, [round(int(angle) * 180 / 256) % 180 for angle in points.angle])
    length = 8 + 2 + 4 + 12 + len(body)
    return _padded(_MAGIC + struct.pack(">H", length) + struct.pack(">IH", 0, 0) + _image(points) + body, size)


def _image(points: Points) -> bytes:
    return struct.pack(">HHHHBB", points.width, points.height, _PER_CM, _PER_CM, 1, 0)


def _view(points: Points, finger: int, quality: int, angles: list[int]) -> bytes:
    count = min(255, len(points))
    rows = zip(points.kind, points.x, points.y, angles, points.quality, strict=True)
    minutiae = [struct.pack(">HHBB", int(kind) << 14 | int(x), int(y), a, int(q)) for kind, x, y, a, q in rows]
    return struct.pack(">BBBB", finger, 0, quality, count) + b"".join(minutiae[:count]) + struct.pack(">H", 0)


def _padded(record: bytes, size: int | None) -> bytes:
    if size is not None and len(record) > size:
        raise ValueError(f"a record of {len(record)} bytes does not fit {size}")
    return record.ljust(size or 0, b"\x00")
