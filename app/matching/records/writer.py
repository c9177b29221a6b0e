"""Writes minutiae records exactly as the two documents say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from app.domain.errors import InvalidInput
from app.matching.minutiae import Minutiae
from app.matching.records.formats import ANSI_HEADER, ANSI_LONG_HEADER, ISO_HEADER, MAGIC, VERSION
from app.matching.records.model import FingerView, RecordFormat
from app.matching.records.reader import MINUTIA_BYTES, SLOT_BYTES, VIEW_HEADER

__all__ = ["SLOT_BYTES", "keep_best", "pad", "write"]

_PX_PER_CM: Final = 197
_LARGEST: Final = 0x3FFF
_MOST_MINUTIAE: Final = 255
_SHORT_ANSI: Final = 0xFFFF


def write(
    views: Sequence[FingerView],
    kind: RecordFormat = RecordFormat.ISO_19794_2_2005,
    *,
    limit: int | None = None,
) -> bytes:
    """The record of `views`, at 197 pixels per centimeter; at most `limit` bytes when given.

    With a limit the best minutiae of every view are kept (see `keep_best`), the same share of each.
    Follows ISO/IEC 19794-2:2005 section 7 and ANSI INCITS 378-2004 section 6. Raises InvalidInput
    when a field cannot hold its value (coordinates over 14 bits, more than 255 minutiae in a view,
    no view at all) or the limit leaves no room for the headers.
    """
    if not 1 <= len(views) <= _MOST_MINUTIAE:
        raise InvalidInput(field="views", value=len(views))
    kept = views if limit is None else _within(views, kind, limit)
    bodies = b"".join(_view(view, kind) for view in kept)
    return _header(kept[0].minutiae, len(kept), len(bodies), kind) + bodies


def pad(record: bytes, size: int = SLOT_BYTES) -> bytes:
    """The record with zeros after it up to `size` bytes; InvalidInput when it is longer."""
    if len(record) > size:
        raise InvalidInput(field="record", bytes=len(record), limit=size)
    return record.ljust(size, b"\0")


def keep_best(minutiae: Minutiae, most: int) -> Minutiae:
    """At most `most` minutiae in their old order: the ones of best quality, then nearest to the middle."""
    if len(minutiae) <= most:
        return minutiae
    x, y = minutiae.x.astype(np.float64), minutiae.y.astype(np.float64)
    distance = np.hypot(x - np.median(x), y - np.median(y))
    best = np.lexsort((distance, -minutiae.quality.astype(np.int32)))[:most]
    return minutiae.take(np.sort(best))


def _within(views: Sequence[FingerView], kind: RecordFormat, limit: int) -> list[FingerView]:
    fixed = sum(VIEW_HEADER + 2 + _extended_bytes(view) for view in views)
    room = limit - (ISO_HEADER if kind is RecordFormat.ISO_19794_2_2005 else ANSI_HEADER) - fixed
    if room < 0:
        raise InvalidInput(field="limit", value=limit)
    total = max(1, sum(len(view.minutiae) for view in views))
    slots = room // MINUTIA_BYTES
    if total <= slots:
        return list(views)
    return [_shortened(view, len(view.minutiae) * slots // total) for view in views]


def _shortened(view: FingerView, most: int) -> FingerView:
    minutiae = keep_best(view.minutiae, most)
    return FingerView(minutiae, view.finger, view.number, view.impression, view.quality, view.extended)


def _extended_bytes(view: FingerView) -> int:
    return sum(4 + len(block.content) for block in view.extended)


def _header(minutiae: Minutiae, views: int, body: int, kind: RecordFormat) -> bytes:
    if kind is RecordFormat.ISO_19794_2_2005:
        start = MAGIC + VERSION + (ISO_HEADER + body).to_bytes(4, "big")
    elif ANSI_HEADER + body <= _SHORT_ANSI:
        start = MAGIC + VERSION + (ANSI_HEADER + body).to_bytes(2, "big") + bytes(4)
    else:
        start = MAGIC + VERSION + bytes(2) + (ANSI_LONG_HEADER + body).to_bytes(4, "big") + bytes(4)
    sizes = (minutiae.width, minutiae.height, _PX_PER_CM, _PX_PER_CM)
    if max(sizes) > 0xFFFF or min(sizes) < 0:
        raise InvalidInput(field="image size", width=minutiae.width, height=minutiae.height)
    return start + bytes(2) + b"".join(size.to_bytes(2, "big") for size in sizes) + bytes([views, 0])


def _view(view: FingerView, kind: RecordFormat) -> bytes:
    minutiae = view.minutiae
    if len(minutiae) > _MOST_MINUTIAE:
        raise InvalidInput(field="minutiae", value=len(minutiae))
    _check(view)
    head = bytes([view.finger, view.number << 4 | view.impression, view.quality, len(minutiae)])
    blocks = b"".join(
        block.code.to_bytes(2, "big") + (4 + len(block.content)).to_bytes(2, "big") + block.content
        for block in view.extended
    )
    return head + _rows(minutiae, kind).tobytes() + len(blocks).to_bytes(2, "big") + blocks


def _check(view: FingerView) -> None:
    fields = {
        "finger": (view.finger, 255),
        "view": (view.number, 15),
        "impression": (view.impression, 15),
        "quality": (view.quality, 100),
        "extended data": (_extended_bytes(view), 0xFFFF),
    }
    for name, (value, largest) in fields.items():
        if not 0 <= value <= largest:
            raise InvalidInput(field=name, value=value)


def _rows(minutiae: Minutiae, kind: RecordFormat) -> npt.NDArray[np.uint8]:
    x, y = minutiae.x.astype(np.int32), minutiae.y.astype(np.int32)
    both = np.concatenate([x, y])
    if len(both) and (both.min() < 0 or both.max() > _LARGEST):
        raise InvalidInput(field="minutia position")
    rows = np.empty((len(minutiae), MINUTIA_BYTES), np.uint8)
    rows[:, 0] = minutiae.kind.astype(np.int32) << 6 | x >> 8
    rows[:, 1] = x & 255
    rows[:, 2] = y >> 8
    rows[:, 3] = y & 255
    rows[:, 4] = minutiae.angle if kind is RecordFormat.ISO_19794_2_2005 else _ansi_angles(minutiae)
    rows[:, 5] = np.minimum(minutiae.quality, 100)
    return rows


def _ansi_angles(minutiae: Minutiae) -> npt.NDArray[np.int64]:
    """Steps of two degrees, 0..179 (ANSI 6.5.4)."""
    steps: npt.NDArray[np.int64] = np.rint(minutiae.angle * (180 / 256)).astype(np.int64) % 180
    return steps
