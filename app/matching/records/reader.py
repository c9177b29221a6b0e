"""Reads minutiae records of both formats by their counts, tolerating what senders get wrong."""

from __future__ import annotations

import logging
from typing import Final

import numpy as np
import numpy.typing as npt

from app import logs
from app.domain.errors import RecordRefused
from app.matching.minutiae import DPI, Minutiae
from app.matching.records.formats import check_version, detect, header_size
from app.matching.records.model import ExtendedBlock, FingerView, MinutiaeRecord, Note, RecordFormat, Refusal

LOG = logging.getLogger(__name__)

SLOT_BYTES: Final = 384
MINUTIA_BYTES: Final = 6
VIEW_HEADER: Final = 4

_PX_PER_CM: Final = 197
_LEAST_PPI: Final = 400
_LEAST_PX_PER_CM: Final = 39
_MOST_PPI: Final = 2540
_ANSI_ANGLES: Final = 180
_ENOUGH_FOR_ANGLES: Final = 20
_COORDINATE: Final = 0x3FFF
_FARTHEST: Final = 16383.0

Raw = npt.NDArray[np.uint8]


def parse(data: bytes, kind: RecordFormat | None = None) -> MinutiaeRecord:
    """Read a record; `kind` given by the caller wins over what the bytes look like.

    Follows ISO/IEC 19794-2:2005 section 7 and ANSI INCITS 378-2004 section 6. Raises RecordRefused
    (facts: `reason`, and `format` when another format was recognized); no other exception.
    """
    check_version(data)
    kind = kind or detect(data)
    reader = _Reader(data, kind)
    record = reader.record()
    for note in sorted(record.notes):
        logs.event(LOG, "record-read-with-remark", what=note)
    return record


class _Reader:
    """One pass over one record; `at` is the next byte to read."""

    def __init__(self, data: bytes, kind: RecordFormat) -> None:
        self.data = data
        self.kind = kind
        self.notes: set[Note] = set()
        self.at = header_size(data, kind)
        if len(data) < self.at + VIEW_HEADER:
            raise RecordRefused(reason=Refusal.CUT, bytes=len(data))
        self.size = self._number(-10), self._number(-8)
        self.scale = self._scale(self._number(-6)), self._scale(self._number(-4))

    def _number(self, offset: int) -> int:
        """The 2-byte number at `offset` from the end of the header."""
        start = self.at + offset
        return int.from_bytes(self.data[start : start + 2], "big")

    def _scale(self, resolution: int) -> float:
        """Factor to 500 dpi; the field is in pixels per centimeter, though some write it per inch."""
        dpi = resolution * 2.54
        if resolution >= _LEAST_PPI:
            self.notes.add(Note.RESOLUTION_IN_PPI)
            dpi = float(resolution)
        if resolution < _LEAST_PX_PER_CM or dpi > _MOST_PPI:
            self.notes.discard(Note.RESOLUTION_IN_PPI)
            self.notes.add(Note.RESOLUTION_ASSUMED)
            return 1.0
        return 1.0 if abs(resolution - _PX_PER_CM) <= 1 or dpi == DPI else DPI / dpi

    def record(self) -> MinutiaeRecord:
        counted = self.data[self.at - 2]
        if not counted:
            self.notes.add(Note.VIEWS_UNCOUNTED)
        views = [self._view()]
        while len(views) < counted:
            view = self._next_view()
            if view is None:
                self.notes.add(Note.VIEWS_MISSING)
                break
            views.append(view)
        self._check_length()
        return MinutiaeRecord(self.kind, tuple(views), frozenset(self.notes))

    def _next_view(self) -> FingerView | None:
        """A further view, or None when only padding or a cut view is left: the views before stay valid."""
        if not self.data[self.at :].strip(b"\0"):
            return None
        start = self.at
        try:
            return self._view()
        except RecordRefused:
            self.at = start
            return None

    def _view(self) -> FingerView:
        head = self.data[self.at : self.at + VIEW_HEADER]
        if len(head) < VIEW_HEADER:
            raise RecordRefused(reason=Refusal.CUT, bytes=len(self.data))
        finger, numbers, quality, count = head
        minutiae = self._minutiae(count)
        extended = self._extended()
        return FingerView(minutiae, finger, numbers >> 4, numbers & 15, min(quality, 100), extended)

    def _minutiae(self, count: int) -> Minutiae:
        start = self.at + VIEW_HEADER
        there = min(count, (len(self.data) - start) // MINUTIA_BYTES)
        if there < count:
            if len(self.data) != SLOT_BYTES:
                raise RecordRefused(reason=Refusal.CUT, bytes=len(self.data), counted=count, there=there)
            self.notes.add(Note.CUT_AT_SLOT)
        self.at = start + there * MINUTIA_BYTES if there == count else len(self.data)
        raw = np.frombuffer(self.data, np.uint8, there * MINUTIA_BYTES, start).reshape(there, MINUTIA_BYTES)
        return self._decoded(raw)

    def _decoded(self, raw: Raw) -> Minutiae:
        first = (raw[:, 0].astype(np.int32) << 8) | raw[:, 1]
        second = (raw[:, 2].astype(np.int32) << 8) | raw[:, 3]
        return Minutiae(
            x=_scaled(first & _COORDINATE, self.scale[0]),
            y=_scaled(second & _COORDINATE, self.scale[1]),
            angle=self._angles(raw[:, 4]),
            kind=((first >> 14) % 3).astype(np.uint8),
            quality=np.minimum(raw[:, 5], 100),
            width=min(round(self.size[0] * self.scale[0]), 65535),
            height=min(round(self.size[1] * self.scale[1]), 65535),
        )

    def _angles(self, raw: Raw) -> Raw:
        highest = int(raw.max(initial=0))
        if self.kind is RecordFormat.ISO_19794_2_2005:
            if len(raw) >= _ENOUGH_FOR_ANGLES and highest < _ANSI_ANGLES:
                self.notes.add(Note.ANGLES_LOOK_ANSI)
            return raw
        if highest >= _ANSI_ANGLES:
            self.notes.add(Note.ANGLES_LOOK_ISO)
            return raw
        turned: Raw = (np.rint(raw * (256 / _ANSI_ANGLES)).astype(np.int32) % 256).astype(np.uint8)
        return turned

    def _extended(self) -> tuple[ExtendedBlock, ...]:
        """The blocks after the minutiae (ISO 7.5, ANSI 6.6): 2 bytes total, then type, length, content."""
        if self.at + 2 > len(self.data):
            self.notes.add(Note.EXTENDED_MISSING)
            self.at = len(self.data)
            return ()
        end = self.at + 2 + int.from_bytes(self.data[self.at : self.at + 2], "big")
        position, self.at = self.at + 2, min(end, len(self.data))
        blocks = []
        while position + 4 <= self.at:
            length = int.from_bytes(self.data[position + 2 : position + 4], "big")
            if length < 4 or position + length > self.at:
                break
            code = int.from_bytes(self.data[position : position + 2], "big")
            blocks.append(ExtendedBlock(code, self.data[position + 4 : position + length]))
            position += length
        if position != end:
            self.notes.add(Note.EXTENDED_DAMAGED)
        return tuple(blocks)

    def _check_length(self) -> None:
        """The length field is only compared: it may be right, include padding, or be wrong."""
        start, width = (8, 4) if self.kind is RecordFormat.ISO_19794_2_2005 else (8, 2)
        stated = int.from_bytes(self.data[start : start + width], "big")
        if self.kind is RecordFormat.ANSI_378_2004 and not stated:
            stated = int.from_bytes(self.data[10:14], "big")
        if not self.at <= stated <= max(len(self.data), SLOT_BYTES):
            self.notes.add(Note.LENGTH_WRONG)
        if self.data[self.at :].strip(b"\0"):
            self.notes.add(Note.TAIL)


def _scaled(values: npt.NDArray[np.int32], factor: float) -> npt.NDArray[np.int16]:
    if factor == 1.0:
        return values.astype(np.int16)
    near: npt.NDArray[np.int16] = np.rint(np.minimum(values * factor, _FARTHEST)).astype(np.int16)
    return near
