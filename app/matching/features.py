"""What is stored beside a record and searched: sixteen words a minutia, and its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from app.domain.errors import RecordRefused
from app.matching.descriptor.cylinders import DESCRIPTOR
from app.matching.minutiae import Minutiae
from app.matching.records.writer import keep_best

WORDS: Final = 16
CODE_WORDS: Final = 12
MASK: Final = 12
PLACE: Final = 14
ANGLE: Final = 15
"""Columns of `Features.words`: 0..11 six planes of 64 bits, 12..13 the 64-bit validity mask,
14 x (low half) and y (high half, upwards) as int16, 15 angle | kind << 8 | bits set in the code << 16."""

FIRST_DIRECTION: Final = 64
"""Minutiae are kept by direction, counted from here (upwards): a search passes over those turned too far."""

MOST: Final = 128
"""More minutiae than any finger has are noise: the rest is left out."""

Words = npt.NDArray[np.uint32]

_VERSION: Final = 2
_START: Final = b"ESF" + bytes([_VERSION])
"""Raise the version whenever the descriptor or the columns change: stored features are then computed anew."""
_HEAD: Final = 8


@dataclass(frozen=True, eq=False)
class Features:
    """The searchable form of one template.

    `words`: (n, 16) uint32, n <= 128, see the columns above; ordered by direction counted from FIRST_DIRECTION.
    """

    words: Words = field(repr=False)

    def __len__(self) -> int:
        return len(self.words)

    def to_bytes(self) -> bytes:
        """8 bytes of header and 64 bytes a minutia, little endian; under 4 KB for a usual finger.

        The bytes of several templates may stand one after another.
        """
        head = _START + len(self).to_bytes(2, "little") + bytes(2)
        return head + self.words.astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> tuple[Features, ...]:
        """The templates that `to_bytes` wrote; RecordRefused for other bytes or another version.

        A refusal means: compute the features again from the record.
        """
        words, counts, _ = rows_of_many([data])
        return tuple(cls(part.copy()) for part in np.split(words, np.cumsum(counts)[:-1])) if len(counts) else ()

    @property
    def x(self) -> npt.NDArray[np.int32]:
        """Pixels at 500 dpi about the middle of the print, to the right."""
        return (self.words[:, PLACE] & 0xFFFF).astype(np.uint16).view(np.int16).astype(np.int32)

    @property
    def y(self) -> npt.NDArray[np.int32]:
        """Pixels at 500 dpi about the middle of the print, upwards."""
        return (self.words[:, PLACE] >> 16).astype(np.uint16).view(np.int16).astype(np.int32)

    @property
    def angle(self) -> npt.NDArray[np.int32]:
        """256 per turn, counter-clockwise."""
        return (self.words[:, ANGLE] & 0xFF).astype(np.int32)


def rows_of_many(stored: Sequence[bytes]) -> tuple[Words, npt.NDArray[np.int64], list[int]]:
    """The words of many stored templates, minutiae of each template, and templates in each of `stored`.

    Raises RecordRefused for anything that `Features.to_bytes` did not write.
    """
    spans = [_spans(data) for data in stored]
    parts = [data[start:end] for data, ends in zip(stored, spans, strict=True) for start, end in ends]
    words = np.frombuffer(b"".join(parts), "<u4").reshape(-1, WORDS).astype(np.uint32, copy=False)
    counts = np.array([len(part) // (4 * WORDS) for part in parts], np.int64)
    return words, counts, [len(ends) for ends in spans]


def _spans(data: bytes) -> list[tuple[int, int]]:
    """Where the words of each template begin and end."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(data):
        count = int.from_bytes(data[at + 4 : at + 6], "little")
        start, end = at + _HEAD, at + _HEAD + 4 * WORDS * count
        if data[at : at + 4] != _START or count > MOST or end > len(data):
            raise RecordRefused(reason="stored features of another version", bytes=len(data))
        found.append((start, end))
        at = end
    return found


def features_of(minutiae: Minutiae) -> Features:
    """The searchable form of one finger view; any minutiae are accepted, none included.

    Of minutiae on one spot the first counts. Takes about 0.2 ms with compiled kernels.
    """
    chosen = keep_best(_without_duplicates(minutiae), MOST)
    x, y = chosen.x.astype(np.int32), -chosen.y.astype(np.int32)
    if len(chosen):
        x, y = _centered(x), _centered(y)
    angle = chosen.angle.astype(np.int32)
    words = np.empty((len(chosen), WORDS), np.uint32)
    words[:, :PLACE] = np.ascontiguousarray(DESCRIPTOR.describe(x, y, angle)).view("<u4").reshape(-1, PLACE)
    words[:, PLACE] = x.astype(np.int16).view(np.uint16) | y.astype(np.int16).view(np.uint16).astype(np.uint32) << 16
    bits = np.bitwise_count(words[:, :MASK]).sum(axis=1, dtype=np.uint32)
    words[:, ANGLE] = chosen.angle | chosen.kind.astype(np.uint32) << 8 | bits << 16
    order = np.argsort(chosen.angle - np.uint8(FIRST_DIRECTION), kind="stable")
    return Features(words[order])


def _without_duplicates(minutiae: Minutiae) -> Minutiae:
    spots = minutiae.x.astype(np.int64) * 65536 + minutiae.y
    if len(set(spots.tolist())) == len(minutiae):
        return minutiae
    _, first = np.unique(spots, return_index=True)
    return minutiae.take(np.sort(first))


def _centered(values: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    return values - (int(values.min()) + int(values.max())) // 2
