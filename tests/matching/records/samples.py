"""Records put together byte by byte from the documents, not by the writer under test."""

from collections.abc import Sequence

import numpy as np

from app.matching.minutiae import Minutiae

Row = tuple[int, int, int, int, int]
"""Type, x, y, angle byte, quality."""

ROWS: tuple[Row, ...] = ((1, 100, 120, 0, 0), (2, 160, 90, 64, 80), (0, 200, 210, 179, 100), (1, 40, 300, 32, 1))


def minutia(row: Row, reserved: int = 0) -> bytes:
    kind, x, y, angle, quality = row
    return (kind << 14 | x).to_bytes(2, "big") + (reserved << 14 | y).to_bytes(2, "big") + bytes([angle, quality])


def view(
    rows: Sequence[Row] = ROWS,
    extended: bytes | None = b"\0\0",
    *,
    finger: int = 2,
    numbers: int = 0,
    quality: int = 70,
    count: int | None = None,
) -> bytes:
    head = bytes([finger, numbers, quality, len(rows) if count is None else count])
    return head + b"".join(minutia(row) for row in rows) + (b"" if extended is None else extended)


def tail_of_header(views: int, resolution: int = 197, width: int = 300, height: int = 400) -> bytes:
    sizes = (width, height, resolution, resolution)
    return bytes(2) + b"".join(size.to_bytes(2, "big") for size in sizes) + bytes([views, 0])


def iso(*views: bytes, count: int | None = None, resolution: int = 197, length: int | None = None) -> bytes:
    body = b"".join(views)
    size = 24 + len(body) if length is None else length
    counted = len(views) if count is None else count
    return b"FMR\0 20\0" + size.to_bytes(4, "big") + tail_of_header(counted, resolution) + body


def ansi(*views: bytes, count: int | None = None, resolution: int = 197, length: int | None = None) -> bytes:
    body = b"".join(views)
    size = 26 + len(body) if length is None else length
    counted = len(views) if count is None else count
    return b"FMR\0 20\0" + size.to_bytes(2, "big") + bytes(4) + tail_of_header(counted, resolution) + body


def ansi_long(*views: bytes, length: int | None = None) -> bytes:
    body = b"".join(views)
    size = 30 + len(body) if length is None else length
    start = b"FMR\0 20\0" + bytes(2) + size.to_bytes(4, "big") + bytes(4)
    return start + tail_of_header(len(views)) + body


def random_minutiae(random: np.random.Generator, count: int, width: int = 388, height: int = 374) -> Minutiae:
    return Minutiae(
        x=random.integers(0, width, count).astype(np.int16),
        y=random.integers(0, height, count).astype(np.int16),
        angle=random.integers(0, 256, count).astype(np.uint8),
        kind=random.integers(0, 3, count).astype(np.uint8),
        quality=random.integers(0, 101, count).astype(np.uint8),
        width=width,
        height=height,
    )
