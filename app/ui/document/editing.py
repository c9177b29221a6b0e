"""Reading, turning and cropping a picture; everything here that takes time runs on a worker thread."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.domain.errors import InvalidInput

LARGEST_FILE = 60_000_000
JPEG_QUALITY = 95
SMALLEST_CROP = 0.1


@dataclass(frozen=True)
class Turn:
    """Quarter turns clockwise."""

    quarters: int = 1


@dataclass(frozen=True)
class Crop:
    """What is kept, in shares of width and height from the upper left corner."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


Change = Turn | Crop
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Original:
    """A picture as it came, and what the clerk did to it, in this order."""

    data: bytes = field(default=b"", repr=False)
    changes: tuple[Change, ...] = ()

    def changed(self, change: Change) -> "Original":
        """The same picture with one more change."""
        return Original(self.data, (*self.changes, change))


async def read_file(file: Path) -> bytes:
    """The file's bytes; InvalidInput when it cannot be read or is far too large for a photo."""
    return await asyncio.to_thread(_read, file)


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise InvalidInput(what="file", why="large")
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(what="file", why="unreadable") from error


async def render(original: Original) -> bytes:
    """The bytes to be checked and sent: the file itself when nothing was changed, else a JPEG of quality 95."""
    if not original.changes:
        return original.data
    return await asyncio.to_thread(_rendered, original)


def _rendered(original: Original) -> bytes:
    try:
        picture = cv2.imdecode(np.frombuffer(original.data, np.uint8), cv2.IMREAD_COLOR)  # upright by its own notes
    except cv2.error:
        picture = None
    if picture is None:
        return original.data  # the check says that it cannot be read
    for change in original.changes:
        picture = _apply(np.asarray(picture, np.uint8), change)
    _good, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes()


def _apply(picture: Pixels, change: Change) -> Pixels:
    if isinstance(change, Turn):
        return np.ascontiguousarray(np.rot90(picture, -change.quarters))
    high, wide = picture.shape[:2]
    left, right = round(change.left * wide), max(round(change.left * wide) + 1, round(change.right * wide))
    top, bottom = round(change.top * high), max(round(change.top * high) + 1, round(change.bottom * high))
    return np.ascontiguousarray(picture[top:bottom, left:right])
